// The last of what comes one after the other, each with a number.

// `filter` says which are wanted; `since` asks for those after a number; `unfinished` says which may still change.
export function follow(most, filter, since, unfinished = () => false) {
  let asked = 0;
  let wanted = "";
  const own = {
    all: [],
    answer: null,
    // False if a later question has the later answer.
    async more() {
      const mine = ++asked;
      const now = JSON.stringify(filter());
      if (now !== wanted) own.all = [];
      wanted = now;
      // Asked for from the first one on that may still change; the newest is there again, unless all were forgotten.
      const open = own.all.filter(unfinished).map((one) => one.number);
      const from = own.all.length ? Math.min(own.all.at(-1).number, ...open) : 1;
      let found = await since(from - 1);
      let kept = own.all.filter((one) => one.number < from);
      if (own.all.length && found.items[0]?.number !== from) {
        kept = [];
        found = await since(0);
      }
      if (mine !== asked) return false;
      own.answer = found;
      own.all = [...kept, ...found.items].slice(-most);
      return true;
    },
  };
  return own;
}
