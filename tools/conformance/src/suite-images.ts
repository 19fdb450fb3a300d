import { chmodSync, copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** An image folder as `tidegate image build` takes it, with every tag that the suite asks for. */
export interface SuiteImage {
  dir: string;
  tags: readonly string[];
}

/** What the manifests of suite 1.6.3 name. */
const ECHO = { name: 'registry.k8s.io/gateway-api/echo-basic', tags: ['v1.5.1', 'v1.6.0-dev.2', 'v1.6.0-dev.3'] };
/**
 * The suite's DNS server is a backend of UDPRoutes only, but no test begins before it is ready. It wants port 53 of the machine and
 * servers on the internet, so a program that does nothing stands in its place; UDPRoutes are not among what is tested.
 */
const DNS = { name: 'registry.k8s.io/coredns/coredns', tags: ['v1.12.2'] };

/** Writes the folders below `dir`. `echo` is the suite's echo server, compiled without cgo. */
export function writeSuiteImages(dir: string, echo: string): SuiteImage[] {
  const echoDir = path.join(dir, 'echo');
  mkdirSync(echoDir, { recursive: true });
  const program = path.join(echoDir, 'echo-basic');
  copyFileSync(echo, program);
  chmodSync(program, 0o755);
  describeImage(echoDir, {
    name: ECHO.name,
    runtime: 'static',
    command: ['/app/echo-basic'],
    // Where it listens for HTTP or bytes, HTTP/2 without TLS, and TLS, unless these variables say otherwise.
    ports: [3000, 3001, 8443],
    env: {
      HTTP_PORT: '$(PORT_3000)',
      TCP_PORT: '$(PORT_3000)',
      H2C_PORT: '$(PORT_3001)',
      HTTPS_PORT: '$(PORT_8443)',
      TLS_PORT: '$(PORT_8443)',
    },
  });
  const dnsDir = path.join(dir, 'dns');
  mkdirSync(dnsDir, { recursive: true });
  writeFileSync(path.join(dnsDir, 'idle.sh'), 'trap "exit 0" TERM\nwhile :; do sleep 1; done\n');
  describeImage(dnsDir, { name: DNS.name, runtime: 'static', command: ['/bin/sh', 'idle.sh'] });
  return [
    { dir: echoDir, tags: ECHO.tags },
    { dir: dnsDir, tags: DNS.tags },
  ];
}

function describeImage(dir: string, description: object): void {
  writeFileSync(path.join(dir, 'tidegate-image.json'), JSON.stringify(description, null, 2));
}
