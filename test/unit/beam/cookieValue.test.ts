import assert from "node:assert/strict";
import { cookieValue } from "../../../components/beam/cookieValue";

describe("beam cookie", () => {
  for (const good of ["monster_2", "aB3", "A".repeat(255), "Zm9v-YmFy_Zm9vYmFyZm9v=="]) {
    it(`may be ${good.slice(0, 24)}`, () => assert.equal(cookieValue(good), good));
  }

  const bad: [string, RegExp][] = [
    ["", /^cookie is empty; allowed is 1 to 255/],
    ["x".repeat(256), /^cookie is 256 characters long; allowed/],
    ["-flag-like-secret", /^cookie is a text that begins with "-"; allowed/],
    ["+flag-like-secret", /^cookie is a text that begins with "\+"; allowed/],
    ["has blank-secret", /^cookie is a text with characters/],
    ["quo'te-secret", /^cookie is a text with characters/],
    ["uml\u00e4ut-secret", /^cookie is a text with characters/],
  ];
  for (const [value, message] of bad) {
    it(`may not be ${JSON.stringify(value.slice(0, 20))}, and the message does not show it`, () =>
      assert.throws(
        () => cookieValue(value),
        (error: Error) => message.test(error.message) && (value === "" || !error.message.includes(value)),
      ));
  }
});
