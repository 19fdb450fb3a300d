/** What the TrafficPolicy of a Service asks for the requests to one of its ports. */
export interface TargetPolicy {
  hold?: { timeoutMs: number };
  /** Milliseconds; absent is no limit. */
  timeouts: { requestMs?: number; responseStartMs?: number; idleMs?: number };
  /** Requests are held now. */
  isHolding: boolean;
  /** Held requests are passed on as HTTP/2. */
  http2: boolean;
}

/** The same for a whole Service, with what decides about each port. */
export interface ServicePolicy {
  hold?: { timeoutMs: number; always: boolean };
  timeouts: TargetPolicy['timeouts'];
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

export function policyOfPort(policy: ServicePolicy, port: Port): TargetPolicy | undefined {
  if (port.protocol === 'tcp') return undefined;
  const { hold, timeouts, saysHolding, grpcPorts } = policy;
  return {
    ...(hold ? { hold: { timeoutMs: hold.timeoutMs } } : {}),
    timeouts,
    isHolding: wantsHold(policy, port.portName) || (hold !== undefined && saysHolding),
    http2: port.protocol === 'http2' || (!port.protocolIsExplicit && grpcPorts.has(port.port)),
  };
}

/** Whether requests to the port ought to be held, by its endpoints alone. */
export function wantsHold({ hold, readyPorts }: ServicePolicy, portName: string): boolean {
  return hold !== undefined && (hold.always || !readyPorts.has(portName));
}
