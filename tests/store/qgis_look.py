"""
Look at layers as QGIS does: run by the Python that QGIS is installed for, not by ours.

Takes a JSON list of {"provider", "uri"} on stdin (a password must not stand among a program's arguments) and prints what
QGIS makes of each: is it valid, how many features it has, how many are drawn, by which legend.
"""

import json
import os
import sys


def main():
    from qgis.core import QgsApplication, QgsVectorLayer

    application = QgsApplication([], False)
    application.initQgis()
    asked = json.load(sys.stdin)
    found = [look(QgsVectorLayer(one["uri"], "layer", one["provider"])) for one in asked]
    sys.stdout.write(json.dumps(found) + "\n")
    sys.stdout.flush()
    os._exit(0)  # how QGIS takes leave of objects that Python still holds is not what is looked at


def look(layer):
    _, is_loaded = layer.loadDefaultStyle()
    found = {
        "is_valid": layer.isValid(),
        "features": layer.featureCount(),
        "crs": layer.crs().authid(),
        "has_style": is_loaded,
        "fields": {field.name(): field.displayName() for field in layer.fields()},
    }
    return found | (drawn(layer) if layer.isSpatial() else {})


def drawn(layer):
    from qgis.core import QgsExpressionContextUtils, QgsRenderContext

    context, renderer = QgsRenderContext(), layer.renderer()
    context.expressionContext().appendScopes(QgsExpressionContextUtils.globalProjectLayerScopes(layer))
    renderer.startRender(context, layer.fields())
    count, shapes = 0, []
    for feature in layer.getFeatures():
        context.expressionContext().setFeature(feature)
        count += renderer.symbolForFeature(feature, context) is not None
        shapes.append(feature.geometry())
    renderer.stopRender(context)
    return {
        "drawn": count,
        "shapes": sum(not shape.isNull() and not shape.isEmpty() for shape in shapes),
        "legend": [item.label() for item in renderer.legendSymbolItems()],
    }


if __name__ == "__main__":
    main()
