/** What the TrafficPolicy of a Service asks for the requests to one of its ports. */
export interface TargetPolicy {
  hold?: { timeoutMs: number };
  /** Milliseconds; absent is no limit. */
  timeouts: { requestMs?: number; responseStartMs?: number; idleMs?: number };
  /** The Service is told who asks in the header Forwarded. */
  forwarded: boolean;
  /** Requests are held now. */
  isHolding: boolean;
  /** Held requests are passed on as HTTP/2. */
  http2: boolean;
}

/** The same for a whole Service, with what decides about each port. */
export interface ServicePolicy {
  hold?: { timeoutMs: number; always: boolean };
  timeouts: TargetPolicy['timeouts'];
  forwarded: boolean;
  /** Names of ports that have a ready endpoint. */
  readyPorts: ReadonlySet<string>;
  /** Numbers of ports that GRPCRoutes forward to. */
  grpcPorts: ReadonlySet<number>;
  /**
   * The policy's status says that every proxy holds. Somebody may stop the last endpoint because of that, so requests are held until the
   * status no longer says so, whatever the endpoints do meanwhile.
   */
  saysHolding: boolean;
}

interface Port {
  port: number;
  portName: string;
  protocol: 'http1' | 'http2' | 'tcp';
  protocolIsExplicit: boolean;
}

/** What was held is passed on in the clear, so requests to a port that is to be reached by TLS are not held. */
export function policyOfPort(policy: ServicePolicy, port: Port, isReachedByTls: boolean): TargetPolicy | undefined {
  if (port.protocol === 'tcp') return undefined;
  const { timeouts, forwarded, saysHolding, grpcPorts } = policy;
  const hold = isReachedByTls ? undefined : policy.hold;
  return {
    ...(hold ? { hold: { timeoutMs: hold.timeoutMs } } : {}),
    timeouts,
    forwarded,
    isHolding: hold !== undefined && (wantsHold(policy, port.portName) || saysHolding),
    http2: port.protocol === 'http2' || (!port.protocolIsExplicit && grpcPorts.has(port.port)),
  };
}

/** Whether requests to the port ought to be held, by its endpoints alone. */
export function wantsHold({ hold, readyPorts }: ServicePolicy, portName: string): boolean {
  return hold !== undefined && (hold.always || !readyPorts.has(portName));
}
