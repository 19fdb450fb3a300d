import { VERSION_POD_LABEL } from '@tidegate/delivery-contract';
import { madeWorkloadName } from '../made-workload.js';
import { trafficPorts } from '../planned-traffic.js';
import { refuse, type AdmissionFinding, type AdmissionRule } from './finding.js';

/** Rules about the Strategy and what it finds in the cluster. */

export const serviceCanBeSplit: AdmissionRule = ({ spec, service, router }) => {
  const at = (message: string, remedy: string): AdmissionFinding[] => [refuse('spec.service', spec.service, message, remedy)];
  if (!service) return at('there is no such Service in this namespace', 'Create the Service first, or correct the name');
  if (Object.keys(service.spec?.selector ?? {}).length === 0)
    return at('this Service has no selector, so its versions cannot be told apart', 'Give it a selector such as app: <name>');
  if (service.spec?.selector?.[VERSION_POD_LABEL] !== undefined) {
    return at(
      `this Service selects one version only (${VERSION_POD_LABEL}: ${service.spec.selector[VERSION_POD_LABEL]})`,
      `Take ${VERSION_POD_LABEL} out of its selector, or name the Service of all versions`,
    );
  }
  const ports = trafficPorts(service);
  if (ports.length === 0) return at('this Service has no port', 'Give it the port that its pods listen on');
  return ports.flatMap((port) => {
    const why = router.refusal(port);
    return why === undefined
      ? []
      : at(why, 'Name an HTTP or gRPC port (appProtocol: http or kubernetes.io/h2c), or give other protocols a Service of their own');
  });
};

export const oneStrategyPerService: AdmissionRule = ({ spec, otherStrategies }) =>
  otherStrategies.length === 0
    ? []
    : [
        refuse(
          'spec.service',
          spec.service,
          `Strategy ${otherStrategies.join(', ')} moves the traffic of this Service already`,
          'Change that Strategy, or delete it first',
        ),
      ];

export const versionsExist: AdmissionRule = ({ spec, service, versions }) => {
  if (!service) return [];
  const selector = Object.entries(service.spec?.selector ?? {}).map(([k, v]) => `${k}=${v}`);
  const labels = (version: string): string => [...selector, `${VERSION_POD_LABEL}=${version}`].join(',');
  const known = [...versions.values()].filter((v) => v.workload).map((v) => v.version);
  const others = known.length === 0 ? 'no version exists' : `these exist: ${known.sort().join(', ')}`;
  const findings: AdmissionFinding[] = [];
  const principal = versions.get(spec.principal)?.workload;
  if (!principal) {
    findings.push(
      refuse(
        'spec.principal',
        spec.principal,
        `no Deployment or StatefulSet has pods labelled ${labels(spec.principal)}; ${others}`,
        'Name a version that runs, or label the pod template',
      ),
    );
  }
  if (spec.candidate === undefined || versions.get(spec.candidate)?.workload) return findings;
  if (!spec.candidatePatch) {
    findings.push(
      refuse(
        'spec.candidate',
        spec.candidate,
        `no Deployment or StatefulSet has pods labelled ${labels(spec.candidate)}; ${others}`,
        'Create it first, or say in spec.candidatePatch how to make it from the principal',
      ),
    );
    return findings;
  }
  const container = spec.candidatePatch.container;
  const names = (principal?.object.spec?.template?.spec?.containers ?? []).map((c) => c.name);
  if (principal && container !== undefined && !names.includes(container)) {
    findings.push(
      refuse(
        'spec.candidatePatch.container',
        container,
        `${principal.name} has no such container; it has ${names.join(', ')}`,
        'Name one of them',
      ),
    );
  }
  const taken = [...versions.values()].find((v) => v.workload?.name === madeWorkloadName(spec.service, spec.candidate ?? ''));
  if (taken) {
    findings.push(
      refuse(
        'spec.candidate',
        spec.candidate,
        `the copy would be called ${taken.workload?.name}, which is version ${taken.version} already`,
        'Choose another version label',
      ),
    );
  }
  return findings;
};

export const previewHostIsFree: AdmissionRule = ({ spec, strategy, hosts }) => {
  const hostname = spec.preview?.host?.hostname;
  if (hostname === undefined) return [];
  const owner = hosts.find((h) => h.namespace !== strategy.metadata?.namespace && covers(h.hostname, hostname));
  if (!owner) return [];
  const whose = `the host name belongs to namespace ${owner.namespace} (${owner.by}${owner.hostname === hostname ? '' : `, ${owner.hostname}`})`;
  return [refuse('spec.preview.host.hostname', hostname, whose, 'Choose a host name of your own')];
};

function covers(owned: string, asked: string): boolean {
  return owned.startsWith('*.') ? asked.endsWith(owned.slice(1)) : owned === asked;
}
