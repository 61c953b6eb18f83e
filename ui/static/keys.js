// Keys of the application pages: Ctrl K goes to the search, Ctrl Enter does the screen's one act.
// No single letters: they would need a switch to turn them off (WCAG 2.1.4).
document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
  if (event.key.toLowerCase() === "k") {
    const field = document.getElementById("seek");
    if (!field) return;
    event.preventDefault();
    field.focus();
    field.select();
  } else if (event.key === "Enter") {
    const act = document.querySelector(".c-dialog .c-btn--main") || document.querySelector(".c-main-act");
    if (!act) return;
    event.preventDefault();
    act.click();
  }
});

// Readings that were left and that the server has not confirmed yet: the browser asks before the page goes.
addEventListener("beforeunload", (event) => {
  if (window.unsaved && window.unsaved.size) event.preventDefault();
});

// The session has ended: what was typed and not confirmed waits in this tab until the same person is back.
const HELD = "unsaved";
const whoIsHere = () => document.querySelector(".c-who")?.dataset.person;
window.leadToDoor = () => {
  if (window.leaving) return; // a second answer of the same kind would stop the way that was begun
  window.leaving = true;
  const cells = [...(window.unsaved || [])];
  if (cells.length) {
    sessionStorage.setItem(HELD, JSON.stringify({ page: location.pathname, person: whoIsHere(), cells }));
    window.unsaved.clear();
  }
  location.href = `/sign-in?ended=true&to=${encodeURIComponent(location.pathname + location.search)}`;
};
// A grid of readings types what was held into its cells again, as the person would: the server judges it as ever.
window.typeHeld = (grid) => {
  const held = JSON.parse(sessionStorage.getItem(HELD) || "null");
  if (!held || held.page !== location.pathname) return;
  if (held.person !== whoIsHere()) return sessionStorage.removeItem(HELD);
  if (!window.did_handshake) return setTimeout(() => window.typeHeld(grid), 50);
  const others = held.cells.filter(([cell, typed]) => {
    const [identity, field] = cell.split(" ");
    const row = grid.getRowNode(identity);
    if (row) row.setDataValue(field, typed);
    return !row;
  });
  if (others.length) sessionStorage.setItem(HELD, JSON.stringify({ ...held, cells: others }));
  else sessionStorage.removeItem(HELD);
};

// A large chain opens at its highest certificate: the row in which it stands is wider than the panel.
document.addEventListener("toggle", (event) => {
  const field = event.target.open && event.target.querySelector(".c-chain__whole");
  if (!field) return;
  const boxes = [...field.querySelectorAll("rect")].map((one) => one.getBoundingClientRect());
  const highest = boxes.filter((one) => one.width > 40).sort((one, other) => one.top - other.top)[0];
  if (!highest) return;
  const middle = highest.left + highest.width / 2 - field.getBoundingClientRect().left;
  field.scrollLeft += middle - field.clientWidth / 2;
}, true);
