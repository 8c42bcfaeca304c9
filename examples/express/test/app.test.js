// @ts-check
import assert from "node:assert/strict";
import { createApp } from "../src/app.js";

describe("the service", () => {
  /** @type {import("node:http").Server} */
  let server;
  /** @type {string} */
  let url;

  before((done) => {
    server = createApp().listen(0, () => {
      const address = server.address();
      assert(address && typeof address === "object");
      url = `http://127.0.0.1:${address.port}`;
      done();
    });
  });
  after((done) => {
    server.close(done);
  });

  it("greets by name", async () => {
    const response = await fetch(`${url}/api/hello?name=npm`);
    assert.equal((await response.json()).message, "Hello, npm!");
  });

  it("serves the start page", async () => {
    const response = await fetch(url);
    assert.match(await response.text(), /It runs/);
  });
});
