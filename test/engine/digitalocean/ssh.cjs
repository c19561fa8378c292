#!/usr/bin/env node
// Plays `ssh root@ADDRESS COMMAND` towards the droplets of a recorded cloud: a node sees every droplet that has
// its cookie. Beside this file lie `cloud` (the path of the recorded cloud's folder) and, where droplets are to
// stay mute, `mute` (a text that their user data holds).
const fs = require("node:fs");
const path = require("node:path");

const [host = "", command = ""] = process.argv.slice(-2);
const beside = (name) => {
  const file = path.join(path.dirname(process.argv[1]), name);
  return fs.existsSync(file) ? fs.readFileSync(file, "utf8") : undefined;
};
const held = JSON.parse(fs.readFileSync(path.join(beside("cloud"), "held.json"), "utf8"));
const droplets = held.filter(({ type }) => type === "digitalocean:index/droplet:Droplet");
const cookieOf = ({ inputs }) => /RELEASE_COOKIE=\\"(\w+)/.exec(inputs.userData)?.[1];
const own = droplets.find(({ state }) => host === `root@${state.ipv4Address}`);
const mute = beside("mute");

if (own === undefined || (mute !== undefined && own.inputs.userData.includes(mute))) {
  console.error(`ssh: connect to host ${host}: Connection refused`);
  process.exit(255);
}
if (command.startsWith("beam rpc")) {
  const peers = droplets.filter((one) => one !== own && cookieOf(one) === cookieOf(own));
  console.log(["beam-peers:", ...peers.map(({ state }) => `demo@${state.ipv4AddressPrivate}`)].join(" "));
}
