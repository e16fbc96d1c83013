// Listens to what changes in the sandbox, while somebody looks at the page.

import { root } from "./dom.js";

const TOPICS = ["clock", "request", "delivery", "message", "fault", "carrier"];
const AGAIN = 2000;
const AT_ONCE = 200;

// `changed` gets the topics that changed, all of them when the stream opens; `lost` is called when it stays broken.
export function watch(changed, lost) {
  let source, timer, broken;
  let waiting = new Set();

  // One after the other: what changes meanwhile is for the next time.
  async function flush() {
    const topics = waiting;
    waiting = new Set();
    await changed(topics);
    timer = undefined;
    if (waiting.size) note([]);
  }

  function note(topics) {
    for (const topic of topics) waiting.add(topic);
    timer ??= setTimeout(flush, AT_ONCE);
  }

  function open() {
    source?.close();
    source = new EventSource(`${root}/__sandbox/events`);
    source.onopen = () => {
      clearTimeout(broken);
      broken = undefined;
      note([...TOPICS, "opened"]);
    };
    // A stream that was closed for being slow opens again at once; one that was refused has to be asked for again.
    source.onerror = () => {
      const { readyState } = source;
      broken ??= setTimeout(() => {
        broken = undefined;
        lost();
        if (readyState === EventSource.CLOSED && !document.hidden) open();
      }, AGAIN);
    };
    for (const topic of TOPICS) source.addEventListener(topic, () => note([topic]));
  }

  // A browser has few connections to one address: a page that nobody sees takes none.
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) source?.close();
    else open();
  });
  window.addEventListener("pagehide", () => source?.close());
  open();
}
