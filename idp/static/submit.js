// Sends the one form of the page on its way; without scripts the visible button does it.
document.forms[0].requestSubmit();
