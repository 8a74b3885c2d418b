// Goes on as soon as all frames are loaded, and soon if one is not; without scripts the link does.
const link = document.getElementById("logout-continue");
const goOn = () => location.replace(link.href);
addEventListener("load", goOn);
setTimeout(goOn, 1500);
