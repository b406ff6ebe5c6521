// What the server put into the page, and where the server is: all addresses follow from this module's own.

export const page = JSON.parse(document.getElementById("page").textContent);
export const root = new URL("../../", import.meta.url);
export const embedded = window.parent !== window;

export const address = (path) => new URL(path, root).href;

/** JSON from the server; an Error with the server's own sentence where it refuses. */
export async function fetched(path, options = {}) {
  const response = await fetch(address(path), options);
  if (!response.ok) throw new Error(await refusal(response));
  return response.status === 204 ? null : response.json();
}

export const posted = (path, fields, options = {}) =>
  fetched(path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(fields), ...options });

export async function refusal(response) {
  try {
    return (await response.json()).error || `The server answered ${response.status}.`;
  } catch {
    return `The server answered ${response.status}.`;
  }
}
