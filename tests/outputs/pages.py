"""Pages in Chromium as tests wait for them."""


def wait_until(page, condition):
    """
    Wait until something is so in a page, however busy the machine is.

    `Page.wait_for_function` would do, but that it looks a second time by evaluating a text, which the map's own policy
    forbids.
    """
    page.evaluate(
        f"""new Promise((done, fail) => {{
          const began = Date.now();
          const look = () => {{
            if ({condition}) done();
            else if (Date.now() - began > 30000) fail(new Error("It has not come to be so within 30 seconds."));
            else setTimeout(look, 20);
          }};
          look();
        }})"""
    )
