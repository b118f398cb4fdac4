// A link or QR code brings its code behind the # of the address, which no server sees: take it out of the address and send it.
"use strict";
(() => {
  const form = document.querySelector("form[data-code]");

  const take = () => {
    const code = location.hash.replace(/[^0-9A-Za-z]/g, "");
    if (code.length !== 16) return;
    history.replaceState(null, "", location.pathname + location.search);
    form.elements.code.value = code;
    form.submit();
  };

  take();
  // A second link opened in the same tab changes only the address.
  addEventListener("hashchange", take);
})();
