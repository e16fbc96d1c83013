#!/usr/bin/env node
// Starts the program that the package of this platform has.
"use strict";

const { spawn } = require("node:child_process");

const native = `PROGRAM-${process.platform}-${process.arch}`;
let program;
try {
  program = require.resolve(`${native}/bin/PROGRAM`);
} catch {
  console.error(`PROGRAM: the package ${native} is not installed.
It has the program for this platform: install its file together with this package, and without --omit=optional.`);
  process.exit(1);
}

const child = spawn(program, process.argv.slice(2), { stdio: "inherit" });
child.on("error", (error) => {
  console.error(`PROGRAM: ${program} does not run: ${error.message}`);
  process.exit(1);
});
// What is to end the launcher ends the program, which may have something to save.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
child.on("exit", (code, signal) => process.exit(code ?? 128 + require("node:os").constants.signals[signal]));
