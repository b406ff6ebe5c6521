// Puts the widget's tag into the preview, with the attributes that the address asks for.
(() => {
  const me = document.currentScript;
  const tag = document.createElement("script");
  tag.src = new URL("../../widget.js", me.src).href;
  tag.nonce = me.nonce;
  for (const [name, value] of new URLSearchParams(location.search)) {
    if (["title", "greeting", "color", "position", "theme", "mode"].includes(name)) tag.dataset[name] = value;
  }
  me.after(tag);
})();
