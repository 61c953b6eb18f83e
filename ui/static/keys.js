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
