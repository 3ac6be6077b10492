/**
 * Lets this process reach a service that listens here under the names of COS: connections to them go to its port, and
 * its certificate is trusted. Everything between the program and the socket is as with COS: names, TLS, SNI.
 */
import { readFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { fileURLToPath } from 'node:url';

const file = (name: string): string => fileURLToPath(new URL(`../fixtures/tls/${name}.pem`, import.meta.url));

/** Flags of a service that has the certificate of COS's names in ap-guangzhou. */
export const cosNameFlags: readonly string[] = [
  ...['--tls-cert', file('cos-cert'), '--tls-key', file('cos-key')],
];

interface ConnectOptions {
  host?: string;
  port?: number | string;
}

/** Starts to lead names of COS to the port; gives back what ends it. */
export function leadCosNamesTo(port: number): () => void {
  const { prototype } = Socket;
  const connect = prototype.connect as (...given: unknown[]) => Socket;
  const trusted = getCACertificates('default');
  setDefaultCACertificates([...trusted, readFileSync(file('cos-cert'), 'utf8')]);
  prototype.connect = function (this: Socket, ...given: unknown[]) {
    // Node passes what it has normalised as a list in the first place.
    const [first] = given;
    const options = (Array.isArray(first) ? first[0] : first) as ConnectOptions;
    if (Number(options.port) === 443 && options.host?.endsWith('.myqcloud.com'))
      Object.assign(options, { host: '127.0.0.1', port });
    return connect.apply(this, given);
  };
  return () => {
    prototype.connect = connect;
    setDefaultCACertificates(trusted);
  };
}
