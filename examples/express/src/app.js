// @ts-check
import { fileURLToPath } from "node:url";
import express from "express";

const publicFolder = fileURLToPath(new URL("public", import.meta.url));

/** The service's routes, without a server around them. */
export function createApp() {
  const app = express();
  app.disable("x-powered-by");
  app.use(express.static(publicFolder));
  app.get("/api/hello", (request, response) => {
    const name = typeof request.query.name === "string" ? request.query.name : "world";
    response.json({ message: `Hello, ${name}!` });
  });
  app.get("/healthz", (_request, response) => {
    response.json({ status: "ok" });
  });
  return app;
}
