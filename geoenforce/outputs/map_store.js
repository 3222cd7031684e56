// What the map knows of patches and cases, by row; the columns come from `map_patches.py`.
window.geoenforceStore = function (data) {
  "use strict";
  const { numbers, running, starts, texts, textLists, choices } = window.geoenforceColumns;
  const { patches, cases, groups } = data;
  const PARTS_OF_A_DEGREE = 1000000;
  const FIGURES = 5; // four land classes and the sum
  const statuses = Object.keys(data.statuses);

  // ---- figures ------------------------------------------------------------------------------
  // Written from whole hundredths, so that no digit is rounded a second time.
  function figure(hundredths) {
    const whole = Math.floor(hundredths / 100);
    return `${whole}.${String(hundredths - whole * 100).padStart(2, "0")}`;
  }

  // In mu: twice the hundredths, or one more than twice the ten-thousandths where two decimals would read as a limit.
  function area(code) {
    if (code % 2 === 0) return figure(code / 2);
    const parts = (code - 1) / 2;
    const whole = Math.floor(parts / 10000);
    return `${whole}.${String(parts - whole * 10000).padStart(4, "0")}`;
  }

  function figures(column, row, write) {
    return Array.from(column.subarray(row * FIGURES, (row + 1) * FIGURES), write);
  }

  // ---- cases --------------------------------------------------------------------------------
  const ofCase = {
    id: texts(cases.id), grade: numbers(cases.grade), decided: texts(cases.decided), citation: choices(cases.citation),
    near: numbers(cases.near), sensitive: numbers(cases.sensitive), township: choices(cases.township),
    code: choices(cases.code), patches: numbers(cases.patches), mu: numbers(cases.mu),
    events: textLists(cases.events), duties: textLists(cases.duties),
    evidence: cases.evidence ? texts(cases.evidence) : () => "",
  };

  function found(row) {
    const own = ofPatch.case[row];
    if (own < 0) return null;
    return {
      id: ofCase.id(own), grade: groups[ofCase.grade[own]].label, decided: ofCase.decided(own),
      citation: ofCase.citation(own), near: ofCase.near[own] === 1,
      sensitive: ofCase.sensitive[own] < 0 ? "" : figure(ofCase.sensitive[own]),
      township: ofCase.township(own), code: ofCase.code(own), patches: ofCase.patches[own],
      mu: figures(ofCase.mu, own, area), events: ofCase.events(own), duties: ofCase.duties(own),
      evidence: ofCase.evidence(own), chips: data.chips[own] || {},
    };
  }

  // ---- patches ------------------------------------------------------------------------------
  const ofPatch = {
    id: texts(patches.id), caseId: texts(patches.case_id), case: numbers(patches.case), status: numbers(patches.status),
    group: numbers(patches.group), foundOn: choices(patches.found_on), m2: numbers(patches.m2), mu: numbers(patches.mu),
    afterwards: numbers(patches.afterwards), counted: numbers(patches.counted),
    party: patches.party ? choices(patches.party) : () => "",
    partyType: patches.party_type ? choices(patches.party_type) : () => "",
  };

  function patch(row) {
    return {
      id: ofPatch.id(row), case: ofPatch.caseId(row), status: statuses[ofPatch.status[row]], found_on: ofPatch.foundOn(row),
      m2: figures(ofPatch.m2, row, figure), mu: figures(ofPatch.mu, row, area), counted: ofPatch.counted[row] === 1,
      afterwards: ofPatch.afterwards[row] ? figure(ofPatch.afterwards[row]) : "", party: ofPatch.party(row),
    };
  }

  // ---- shapes -------------------------------------------------------------------------------
  const shapes = (window.geoenforceShapes ||= {
    at: running(patches.at, 2), outline: running(patches.outline, 2),
    rings: starts(numbers(patches.rings)), corners: starts(numbers(patches.corners)),
  });

  function place(positions, index) {
    return [positions[2 * index] / PARTS_OF_A_DEGREE, positions[2 * index + 1] / PARTS_OF_A_DEGREE];
  }

  // Rings of a patch, outlines and holes alike, each a list of latitude and longitude.
  function rings(row) {
    const own = [];
    for (let ring = shapes.rings[row]; ring < shapes.rings[row + 1]; ring += 1) {
      const corners = [];
      for (let one = shapes.corners[ring]; one < shapes.corners[ring + 1]; one += 1) corners.push(place(shapes.outline, one));
      own.push(corners);
    }
    return own;
  }

  // ---- what the list can be narrowed by, without building texts for rows that are not shown --------
  const sought = [];

  function searchText(row) {
    const own = ofPatch.case[row];
    return (sought[row] ||= [ofPatch.caseId(row), ofPatch.id(row), own < 0 ? "" : ofCase.township(own)].join("\n").toLowerCase());
  }

  return {
    count: patches.count, patch, found, rings, searchText, hasPartyTypes: Boolean(patches.party_type),
    at: (row) => place(shapes.at, row),
    group: (row) => ofPatch.group[row],
    caseOf: (row) => ofPatch.case[row],
    caseId: (row) => ofPatch.caseId(row),
    id: (row) => ofPatch.id(row),
    status: (row) => statuses[ofPatch.status[row]],
    month: (row) => ofPatch.foundOn(row).slice(0, 7),
    partyType: (row) => ofPatch.partyType(row),
    code: (row) => (ofPatch.case[row] < 0 ? "" : ofCase.code(ofPatch.case[row])),
    isNear: (row) => ofPatch.case[row] >= 0 && ofCase.near[ofPatch.case[row]] === 1,
    grade: (row) => (ofPatch.case[row] < 0 ? -1 : ofCase.grade[ofPatch.case[row]]),
  };
};
