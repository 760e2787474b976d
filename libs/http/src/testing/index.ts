export { createFakeHttp, type FakeHttp } from './fake-http.ts';
export { type LoopbackServer, startLoopbackServer } from './loopback-server.ts';
