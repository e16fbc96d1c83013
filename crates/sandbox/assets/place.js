// What the address names: the page, the item beside it, and how the page is filtered: #/requests/12?status=503

export function place() {
  const [path, search] = location.hash.replace(/^#\/?/, "").split("?");
  const [page, item] = path.split("/");
  return { page, item: item || null, filter: Object.fromEntries(new URLSearchParams(search ?? "")) };
}

export function address(page, item = null, filter = {}) {
  const given = Object.entries(filter).filter(([, value]) => value !== "" && value !== null && value !== undefined);
  const search = given.length ? `?${new URLSearchParams(given)}` : "";
  return `#/${page}${item === null ? "" : `/${item}`}${search}`;
}

// The address of an item, or without one of its list, filtered as the page is.
export function within(item, changes = {}) {
  const { page, filter } = place();
  return address(page, item, { ...filter, ...changes });
}

// Notes a filter in the address. What is typed makes no step to go back to for each letter.
export function refine(changes, typed = false) {
  const { page, item, filter } = place();
  const to = address(page, item, { ...filter, ...changes });
  if (to !== location.hash) history[typed ? "replaceState" : "pushState"](null, "", to);
}

// Has controls show what the address says.
export function reflect(controls) {
  const { filter } = place();
  for (const [name, control] of Object.entries(controls)) {
    const value = filter[name] ?? control.dataset.usual ?? "";
    if (control.value !== value) control.value = value;
  }
}
