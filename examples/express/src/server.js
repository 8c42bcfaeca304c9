// @ts-check
import { createApp } from "./app.js";

const port = Number(process.env.PORT ?? 8080);
const server = createApp().listen(port, () => {
  console.log(`listening on port ${port}`);
});

// In a container node is process 1: nothing ends it on SIGTERM unless it does so itself.
for (const signal of ["SIGTERM", "SIGINT"]) {
  process.once(signal, () => {
    console.log(`${signal}: finishing open requests`);
    server.close(() => process.exit(0));
    server.closeIdleConnections();
  });
}
