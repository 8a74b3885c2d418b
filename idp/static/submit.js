// Sends the one form of the page on its way; without scripts the visible button does it.
// Not requestSubmit: there is nothing to check, and older browsers do not know it.
document.forms[0].submit();
