/** Events of a PodAutoscaler. */
export type AutoscalerEvent =
  | { reason: 'ScaledUp' | 'ScaledDown'; from: number; to: number }
  | { reason: 'ScaledToZero'; from: number }
  | { reason: 'WokenUp'; waiting: number }
  | { reason: 'KeptAwake'; service: string }
  | { reason: 'DrainGivenUp'; pod: string; seconds: number };

export function eventText(event: AutoscalerEvent): string {
  switch (event.reason) {
    case 'ScaledUp':
    case 'ScaledDown':
      return `Scaled from ${event.from} to ${event.to} pods.`;
    case 'ScaledToZero':
      return `No request came for a whole window: scaled from ${event.from} to 0 pods.`;
    case 'WokenUp':
      return event.waiting > 1 ? 'Requests wait for pods.' : 'A request waits for a pod.';
    case 'KeptAwake':
      return `Service ${event.service} selects the pods of this revision too. Requests through it are not seen, so one pod stays.`;
    case 'DrainGivenUp':
      return `Pod ${event.pod} still had requests ${event.seconds} s after it had been taken out of the endpoints.`;
  }
}
