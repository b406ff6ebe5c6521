// The browser's storage, which may be forbidden: in a frame of another site, by policy, or because it is full.

// The number changes with the shape of what is kept: an older shape is then not read.
const PREFIX = `secondsource:1:${new URL("../../", import.meta.url).pathname}:`;

export function stored(name, otherwise) {
  try {
    const text = localStorage.getItem(PREFIX + name);
    return text === null ? otherwise : JSON.parse(text);
  } catch {
    return otherwise;
  }
}

/** False where nothing can be kept. */
export function store(name, value) {
  try {
    if (value === null) localStorage.removeItem(PREFIX + name);
    else localStorage.setItem(PREFIX + name, JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
}

export const canStore = () => store("probe", 1) && store("probe", null);
