// An item that is shown beside its list.

import { draw, h } from "./dom.js";
import { place, within } from "./place.js";

// A heading that takes the focus when the item is opened, a way to close it, and the rest.
export function beside(detail, data, title, make) {
  const { page, item } = place();
  const own = `#/${page}/${item}`;
  const opened = detail.dataset.shown !== own;
  detail.dataset.shown = own;
  detail.hidden = false;
  detail.parentElement.classList.add("open");
  draw(detail, [data, location.hash], () => [
    h("div", { class: "head" }, h("h2", { tabIndex: -1 }, title), h("a", { href: within(null, { tab: null }) }, "Close")),
    ...make(),
  ]);
  if (opened) detail.querySelector("h2").focus();
}

// Leads back to where the list was left.
export function closed(detail, list) {
  const from = detail.dataset.shown;
  delete detail.dataset.shown;
  detail.hidden = true;
  detail.parentElement.classList.remove("open");
  if (!from) return;
  const link = [...list.querySelectorAll("a")].find((own) => own.getAttribute("href").split("?")[0] === from);
  link?.focus();
}

// Opens what the address names: `fill` brings the list, `look` the item.
export function opener(detail, list, fill, look) {
  const own = {
    chosen: null,
    async open(item) {
      own.chosen = item;
      const seen = item === null ? null : look(item).catch((error) => {
        if (own.chosen !== item) return;
        closed(detail, list);
        throw error;
      });
      await Promise.all([fill(), seen]);
      if (own.chosen === null) closed(detail, list);
    },
  };
  return own;
}
