export { createFakeHttp, type FakeHttp } from './fake-http.ts';
export { type LoopbackServer, startLoopbackServer } from './loopback-server.ts';
export { REFUSED_URLS } from './refused-urls.ts';
