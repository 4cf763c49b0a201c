import {
  closeSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  renameSync,
  statSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { name, type SwapScene, texts } from "./scene.ts";

/** What another program may do at any moment to the file of a scene, or to the folder it goes to. */
export const acts: Readonly<Record<string, (scene: SwapScene) => void>> = {
  nothing: () => {},

  "a newer version is renamed over it": ({ root, path, owed }) => {
    writeFileSync(`${root}/x.temp`, texts.newer);
    renameSync(`${root}/x.temp`, path);
    owed.add(texts.newer);
  },

  "it is deleted and made anew with equal size and time": ({ path, owed }) => {
    const { mtime } = lstatSync(path, { throwIfNoEntry: false }) ?? { mtime: new Date() };
    if (existsSync(path)) unlinkSync(path);
    writeFileSync(path, texts.newer);
    utimesSync(path, mtime, mtime);
    owed.add(texts.newer);
  },

  "it is written in place with equal size and time": ({ path, owed }) => {
    if (!existsSync(path)) return;
    const { mtime } = statSync(path);
    const handle = openSync(path, "r+");
    writeSync(handle, texts.newer);
    closeSync(handle);
    utimesSync(path, mtime, mtime);
    owed.add(texts.newer);
  },

  "a slow writer fills it": ({ slowWriter, owed }) => {
    if (slowWriter === undefined) return;
    writeSync(slowWriter, texts.newer);
    owed.add(texts.newer);
  },

  "it is deleted": ({ path }) => {
    if (existsSync(path)) unlinkSync(path);
  },

  "a folder takes its name": ({ path }) => {
    if (existsSync(path)) renameSync(path, `${path}.away`);
    mkdirSync(path);
  },

  "a link takes its name": ({ path, elsewhere }) => {
    if (existsSync(path)) unlinkSync(path);
    symlinkSync(elsewhere, path);
  },

  "a hard link of it is made where it goes": ({ path, goal }) => {
    if (!existsSync(path) || existsSync(`${goal}/${name}`)) return;
    if (statSync(path).dev === statSync(goal).dev) linkSync(path, `${goal}/${name}`);
  },

  "a link takes the place of its folder": ({ goal, elsewhere }) => {
    renameSync(goal, `${goal}.aside`);
    symlinkSync(elsewhere, goal);
  },

  "a link takes the place of the folder for reasons": ({ goal, elsewhere }) => {
    const reasons = `${goal}/.reasons`;
    if (existsSync(reasons)) renameSync(reasons, `${goal}/.reasons.aside`);
    symlinkSync(elsewhere, reasons);
  },

  "its folder is moved away and made anew": ({ goal, mode }) => {
    // There the folder is a link that was followed at the start.
    if (mode === "other file system") return;
    renameSync(goal, `${goal}.aside`);
    mkdirSync(goal);
  },
};
