/**
 * What Kubernetes says about its fields that the client models do not carry: how lists and maps merge, the closed sets of
 * values, and which strings are quantities. One row per rule; a field is `Type.field`, a type is the component's short name
 * (`apps.v1.Deployment`; no prefix means core.v1). Lists without a row are atomic, maps without a row are granular.
 */

const words = (text) => text.trim().split(/\s+/);

/** x-kubernetes-list-type: map. [merge keys, strategic patch key, patch strategy, fields] */
export const mapLists = [
  [['name'], 'name', 'merge', words(`Container.env EphemeralContainer.env PodSpec.containers PodSpec.initContainers
    PodSpec.ephemeralContainers PodSpec.imagePullSecrets PodSpec.schedulingGates ServiceAccount.secrets
    ContainerStatus.allocatedResourcesStatus admissionregistration.v1.MutatingWebhook.matchConditions
    admissionregistration.v1.MutatingWebhookConfiguration.webhooks admissionregistration.v1.ValidatingWebhook.matchConditions
    admissionregistration.v1.ValidatingWebhookConfiguration.webhooks
    admissionregistration.v1.ValidatingAdmissionPolicySpec.matchConditions
    admissionregistration.v1.ValidatingAdmissionPolicySpec.variables admissionregistration.v1.MutatingAdmissionPolicySpec.matchConditions
    storage.v1.CSINodeSpec.drivers`)],
  [['name'], 'name', 'merge,retainKeys', words('PodSpec.volumes PodSpec.resourceClaims PodStatus.resourceClaimStatuses')],
  [['name'], undefined, undefined, words('ResourceRequirements.claims')],
  [['containerPort', 'protocol'], 'containerPort', 'merge', words('Container.ports EphemeralContainer.ports')],
  [['port', 'protocol'], 'port', 'merge', words('ServiceSpec.ports')],
  [['devicePath'], 'devicePath', 'merge', words('Container.volumeDevices EphemeralContainer.volumeDevices')],
  [['mountPath'], 'mountPath', 'merge', words('Container.volumeMounts EphemeralContainer.volumeMounts ContainerStatus.volumeMounts')],
  [['ip'], 'ip', 'merge', words('PodSpec.hostAliases PodStatus.podIPs')],
  [['topologyKey', 'whenUnsatisfiable'], 'topologyKey', 'merge', words('PodSpec.topologySpreadConstraints')],
  [['uid'], 'uid', 'merge', words('meta.v1.ObjectMeta.ownerReferences resource.v1.ResourceClaimStatus.reservedFor')],
  [['resourceID'], undefined, undefined, words('ResourceStatus.resources')],
  [['type'], 'type', 'merge', words(`NamespaceStatus.conditions NodeStatus.conditions NodeStatus.addresses PodStatus.conditions
    PersistentVolumeClaimStatus.conditions ServiceStatus.conditions apps.v1.DaemonSetStatus.conditions
    apps.v1.DeploymentStatus.conditions apps.v1.ReplicaSetStatus.conditions apps.v1.StatefulSetStatus.conditions
    autoscaling.v2.HorizontalPodAutoscalerStatus.conditions networking.v1.ServiceCIDRStatus.conditions
    policy.v1.PodDisruptionBudgetStatus.conditions apiregistration.v1.APIServiceStatus.conditions ReplicationControllerStatus.conditions
    flowcontrol.v1.FlowSchemaStatus.conditions flowcontrol.v1.PriorityLevelConfigurationStatus.conditions
    resource.v1.DeviceTaintRuleStatus.conditions`)],
  [['type'], undefined, undefined, words(`admissionregistration.v1.ValidatingAdmissionPolicyStatus.conditions
    apiextensions.v1.CustomResourceDefinitionStatus.conditions certificates.v1.CertificateSigningRequestStatus.conditions
    resource.v1.AllocatedDeviceStatus.conditions certificates.v1.PodCertificateRequestStatus.conditions
    storagemigration.v1.StorageVersionMigrationStatus.conditions`)],
  [['driver', 'device', 'pool', 'shareID'], undefined, undefined, words('resource.v1.ResourceClaimStatus.devices')],
];

/** x-kubernetes-list-type: set. */
export const setLists = words(`discovery.v1.Endpoint.addresses batch.v1.UncountedTerminatedPods.failed
  batch.v1.UncountedTerminatedPods.succeeded batch.v1.PodFailurePolicyOnExitCodesRequirement.values
  ContainerRestartRuleOnExitCodes.values admissionregistration.v1.ValidatingAdmissionPolicyBindingSpec.validationActions
  flowcontrol.v1.NonResourcePolicyRule.nonResourceURLs flowcontrol.v1.NonResourcePolicyRule.verbs
  flowcontrol.v1.ResourcePolicyRule.apiGroups flowcontrol.v1.ResourcePolicyRule.namespaces flowcontrol.v1.ResourcePolicyRule.resources
  flowcontrol.v1.ResourcePolicyRule.verbs storage.v1.CSIDriverSpec.volumeLifecycleModes`);

/** Sets that strategic merge patches merge as well. */
export const mergedSets = words('meta.v1.ObjectMeta.finalizers NodeSpec.podCIDRs');

/** Lists that are atomic to server-side apply and merged by key by strategic merge patches. */
export const patchedAtomicLists = [
  ['type', words('batch.v1.JobStatus.conditions')],
  ['ip', words('PodStatus.hostIPs')],
];

/** Objects with a patch strategy of their own. */
export const patchedObjects = [
  ['retainKeys', words('apps.v1.DeploymentSpec.strategy')],
  ['replace', words('policy.v1.PodDisruptionBudgetSpec.selector')],
];

/** x-kubernetes-map-type: atomic, on types and on fields. */
export const atomicTypes = words(`ConfigMapKeySelector SecretKeySelector SecretReference LocalObjectReference TypedLocalObjectReference
  ObjectFieldSelector ObjectReference ResourceFieldSelector FileKeySelector EndpointAddress EndpointPort NodeSelector
  NodeSelectorTerm ScopeSelector TopologySelectorTerm discovery.v1.EndpointPort networking.v1.ServiceBackendPort rbac.v1.RoleRef
  rbac.v1.Subject meta.v1.LabelSelector meta.v1.OwnerReference admissionregistration.v1.MatchResources
  admissionregistration.v1.NamedRuleWithOperations admissionregistration.v1.ParamKind admissionregistration.v1.ParamRef
  admissionregistration.v1.Variable autoscaling.v1.CrossVersionObjectReference`);
export const atomicMaps = words('PodSpec.nodeSelector ServiceSpec.selector ReplicationControllerSpec.selector node.v1.Scheduling.nodeSelector');

/** Strings and maps of strings that hold quantities (`500m`, `1Gi`). */
export const quantities = words(`autoscaling.v2.HPAScalingRules.tolerance autoscaling.v2.MetricTarget.averageValue
  autoscaling.v2.MetricTarget.value autoscaling.v2.MetricValueStatus.averageValue autoscaling.v2.MetricValueStatus.value
  ContainerStatus.allocatedResources EmptyDirVolumeSource.sizeLimit LimitRangeItem.default LimitRangeItem.defaultRequest
  LimitRangeItem.max LimitRangeItem.maxLimitRequestRatio LimitRangeItem.min NodeStatus.allocatable NodeStatus.capacity
  PersistentVolumeClaimStatus.allocatedResources PersistentVolumeClaimStatus.capacity PersistentVolumeSpec.capacity
  PodSpec.overhead PodStatus.allocatedResources ResourceFieldSelector.divisor ResourceQuotaSpec.hard ResourceQuotaStatus.hard
  ResourceQuotaStatus.used ResourceRequirements.limits ResourceRequirements.requests VolumeResourceRequirements.limits
  VolumeResourceRequirements.requests node.v1.Overhead.podFixed storage.v1.CSIStorageCapacity.capacity
  storage.v1.CSIStorageCapacity.maximumVolumeSize resource.v1.DeviceCapacity.value resource.v1.Counter.value
  resource.v1.CapacityRequirements.requests resource.v1.CapacityRequestPolicy.default resource.v1.CapacityRequestPolicyRange.min
  resource.v1.CapacityRequestPolicyRange.max resource.v1.CapacityRequestPolicyRange.step
  resource.v1.DeviceRequestAllocationResult.consumedCapacity`);

/** Closed sets of values. [values, fields] */
export const enums = [
  ['* Cluster Namespaced', 'admissionregistration.v1.NamedRuleWithOperations.scope admissionregistration.v1.RuleWithOperations.scope'],
  ['Allow Forbid Replace', 'batch.v1.CronJobSpec.concurrencyPolicy'],
  ['AlwaysAllow IfHealthyBudget', 'policy.v1.PodDisruptionBudgetSpec.unhealthyPodEvictionPolicy'],
  ['All ExactCount', 'resource.v1.DeviceSubRequest.allocationMode resource.v1.ExactDeviceRequest.allocationMode'],
  ['Equal Exists', 'resource.v1.DeviceToleration.operator'],
  ['FromClaim FromClass', 'resource.v1.DeviceAllocationConfiguration.source'],
  ['NoExecute NoSchedule None', 'resource.v1.DeviceTaint.effect resource.v1.DeviceToleration.effect'],
  ['Always IfNotPresent Never', 'Container.imagePullPolicy EphemeralContainer.imagePullPolicy ImageVolumeSource.pullPolicy'],
  ['Always OnFailure Never', 'PodSpec.restartPolicy'],
  ['Always OnRootMismatch', 'PodSecurityContext.fsGroupChangePolicy'],
  ['Block Filesystem', 'PersistentVolumeClaimSpec.volumeMode PersistentVolumeSpec.volumeMode'],
  ['ClientIP None', 'ServiceSpec.sessionAffinity'],
  ['ClusterFirstWithHostNet ClusterFirst Default None', 'PodSpec.dnsPolicy'],
  ['ClusterIP ExternalName LoadBalancer NodePort', 'ServiceSpec.type'],
  ['Cluster Local', 'ServiceSpec.externalTrafficPolicy ServiceSpec.internalTrafficPolicy'],
  ['Count FailIndex FailJob Ignore', 'batch.v1.PodFailurePolicyRule.action'],
  ['Delete Recycle Retain', 'PersistentVolumeSpec.persistentVolumeReclaimPolicy storage.v1.StorageClass.reclaimPolicy'],
  ['DoNotSchedule ScheduleAnyway', 'TopologySpreadConstraint.whenUnsatisfiable'],
  ['DoesNotExist Exists Gt In Lt NotIn', 'NodeSelectorRequirement.operator'],
  ['DoesNotExist Exists In NotIn', 'ScopedResourceSelectorRequirement.operator'],
  ['Equivalent Exact', `admissionregistration.v1.MatchResources.matchPolicy admissionregistration.v1.MutatingWebhook.matchPolicy
    admissionregistration.v1.ValidatingWebhook.matchPolicy`],
  ['Exact ImplementationSpecific Prefix', 'networking.v1.HTTPIngressPath.pathType'],
  ['FQDN IPv4 IPv6', 'discovery.v1.EndpointSlice.addressType'],
  ['Failed Pending Running Succeeded Unknown', 'PodStatus.phase'],
  ['Failed TerminatingOrFailed', 'batch.v1.JobSpec.podReplacementPolicy'],
  ['Fail Ignore', `admissionregistration.v1.MutatingWebhook.failurePolicy admissionregistration.v1.ValidatingWebhook.failurePolicy
    admissionregistration.v1.ValidatingAdmissionPolicySpec.failurePolicy admissionregistration.v1.MutatingAdmissionPolicySpec.failurePolicy`],
  ['ApplyConfiguration JSONPatch', 'admissionregistration.v1.Mutation.patchType'],
  ['FallbackToLogsOnError File', 'Container.terminationMessagePolicy EphemeralContainer.terminationMessagePolicy'],
  ['HTTP HTTPS', 'HTTPGetAction.scheme'],
  ['Honor Ignore', 'TopologySpreadConstraint.nodeAffinityPolicy TopologySpreadConstraint.nodeTaintsPolicy'],
  ['IfNeeded Never', 'admissionregistration.v1.MutatingWebhook.reinvocationPolicy admissionregistration.v1.MutatingAdmissionPolicySpec.reinvocationPolicy'],
  ['Immediate WaitForFirstConsumer', 'storage.v1.StorageClass.volumeBindingMode'],
  ['Indexed NonIndexed', 'batch.v1.JobSpec.completionMode'],
  ['In NotIn', 'batch.v1.PodFailurePolicyOnExitCodesRequirement.operator'],
  ['Localhost RuntimeDefault Unconfined', 'AppArmorProfile.type SeccompProfile.type'],
  ['Merge Strict', 'PodSecurityContext.supplementalGroupsPolicy'],
  ['Never PreemptLowerPriority', 'PodSpec.preemptionPolicy scheduling.v1.PriorityClass.preemptionPolicy'],
  ['NoExecute NoSchedule PreferNoSchedule', 'Taint.effect Toleration.effect'],
  ['None NoneOnDryRun Some Unknown', 'admissionregistration.v1.MutatingWebhook.sideEffects admissionregistration.v1.ValidatingWebhook.sideEffects'],
  ['OnDelete RollingUpdate', 'apps.v1.StatefulSetUpdateStrategy.type apps.v1.DaemonSetUpdateStrategy.type'],
  ['OrderedReady Parallel', 'apps.v1.StatefulSetSpec.podManagementPolicy'],
  ['PreferDualStack RequireDualStack SingleStack', 'ServiceSpec.ipFamilyPolicy'],
  ['Recreate RollingUpdate', 'apps.v1.DeploymentStrategy.type'],
  ['SCTP TCP UDP', `ContainerPort.protocol EndpointPort.protocol PortStatus.protocol ServicePort.protocol
    discovery.v1.EndpointPort.protocol networking.v1.IngressPortStatus.protocol networking.v1.NetworkPolicyPort.protocol`],
].map(([values, fields]) => [words(values), words(fields)]);

/** Defaults that the schema itself declares: they take part in the keys of associative lists. [value, fields] */
export const defaults = [
  ['TCP', words('ContainerPort.protocol ServicePort.protocol')],
  ['Equal', words('resource.v1.DeviceToleration.operator')],
];

/**
 * Go structs held by value: always there, if empty, in what the API answers, and published with `default: {}`.
 * metadata, spec and status are so in every type unless named here.
 */
export const embeddedFields = words(`clientConfig updateStrategy strategy userInfo user scaleTargetRef describedObject jobTemplate
  resources lastState state involvedObject source kubeletEndpoint daemonEndpoints nodeInfo preference loadBalancer podAffinityTerm
  deprecatedSource regarding podSelector roleRef names acceptedNames metric current`);
/** The same for names that are pointers elsewhere. */
export const embeddedIn = words(`apps.v1.DaemonSetSpec.template apps.v1.DeploymentSpec.template apps.v1.ReplicaSetSpec.template
  apps.v1.StatefulSetSpec.template batch.v1.JobSpec.template discovery.v1.Endpoint.conditions networking.v1.HTTPIngressPath.backend
  networking.v1.IngressServiceBackend.port Binding.target autoscaling.v2.ContainerResourceMetricSource.target
  autoscaling.v2.ExternalMetricSource.target autoscaling.v2.ObjectMetricSource.target autoscaling.v2.PodsMetricSource.target
  autoscaling.v2.ResourceMetricSource.target PodTemplate.template flowcontrol.v1.FlowSchemaSpec.priorityLevelConfiguration
  flowcontrol.v1.LimitedPriorityLevelConfiguration.limitResponse storage.v1.VolumeAttachmentSpec.source
  resource.v1.AllocationResult.devices resource.v1.ResourceClaimSpec.devices resource.v1.ResourceSliceSpec.pool
  resource.v1.DeviceTaintRuleSpec.taint`);
/** Pointers among the names above. */
export const pointers = words(`ContainerStatus.resources ContainerStatus.user PodSpec.resources PodStatus.resources
  networking.v1.NetworkPolicyPeer.podSelector apiextensions.v1.WebhookConversion.clientConfig`);

/** Package of each type that is not in core.v1, by the short group name used above. */
export const packages = {
  'core.v1': 'io.k8s.api.core.v1',
  'meta.v1': 'io.k8s.apimachinery.pkg.apis.meta.v1',
  'apps.v1': 'io.k8s.api.apps.v1',
  'batch.v1': 'io.k8s.api.batch.v1',
  'autoscaling.v1': 'io.k8s.api.autoscaling.v1',
  'autoscaling.v2': 'io.k8s.api.autoscaling.v2',
  'policy.v1': 'io.k8s.api.policy.v1',
  'authentication.v1': 'io.k8s.api.authentication.v1',
  'authorization.v1': 'io.k8s.api.authorization.v1',
  'admissionregistration.v1': 'io.k8s.api.admissionregistration.v1',
  'apiextensions.v1': 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1',
  'apiregistration.v1': 'io.k8s.kube-aggregator.pkg.apis.apiregistration.v1',
  'coordination.v1': 'io.k8s.api.coordination.v1',
  'discovery.v1': 'io.k8s.api.discovery.v1',
  'events.v1': 'io.k8s.api.events.v1',
  'networking.v1': 'io.k8s.api.networking.v1',
  'rbac.v1': 'io.k8s.api.rbac.v1',
  'scheduling.v1': 'io.k8s.api.scheduling.v1',
  'storage.v1': 'io.k8s.api.storage.v1',
  'certificates.v1': 'io.k8s.api.certificates.v1',
  'flowcontrol.v1': 'io.k8s.api.flowcontrol.v1',
  'node.v1': 'io.k8s.api.node.v1',
  'resource.v1': 'io.k8s.api.resource.v1',
  'storagemigration.v1': 'io.k8s.api.storagemigration.v1',
};
export const typesByPackage = {
  'meta.v1': `Condition DeleteOptions FieldSelectorRequirement LabelSelector LabelSelectorRequirement ListMeta ManagedFieldsEntry
    ObjectMeta OwnerReference Preconditions Status StatusCause StatusDetails`,
  'apps.v1': `ControllerRevision DaemonSet DaemonSetCondition DaemonSetSpec DaemonSetStatus DaemonSetUpdateStrategy Deployment
    DeploymentCondition DeploymentSpec DeploymentStatus DeploymentStrategy ReplicaSet ReplicaSetCondition ReplicaSetSpec
    ReplicaSetStatus RollingUpdateDaemonSet RollingUpdateDeployment RollingUpdateStatefulSetStrategy StatefulSet
    StatefulSetCondition StatefulSetOrdinals StatefulSetPersistentVolumeClaimRetentionPolicy StatefulSetSpec StatefulSetStatus
    StatefulSetUpdateStrategy`,
  'batch.v1': `CronJob CronJobSpec CronJobStatus Job JobCondition JobSpec JobStatus JobTemplateSpec PodFailurePolicy
    PodFailurePolicyOnExitCodesRequirement PodFailurePolicyOnPodConditionsPattern PodFailurePolicyRule SuccessPolicy
    SuccessPolicyRule UncountedTerminatedPods`,
  'autoscaling.v1':
    'Scale ScaleSpec ScaleStatus HorizontalPodAutoscaler HorizontalPodAutoscalerSpec HorizontalPodAutoscalerStatus CrossVersionObjectReference',
  'policy.v1': 'Eviction PodDisruptionBudget PodDisruptionBudgetSpec PodDisruptionBudgetStatus',
  'authentication.v1': `BoundObjectReference SelfSubjectReview SelfSubjectReviewStatus TokenRequestSpec TokenRequestStatus
    TokenReview TokenReviewSpec TokenReviewStatus UserInfo`,
  'authorization.v1': `FieldSelectorAttributes LabelSelectorAttributes LocalSubjectAccessReview NonResourceAttributes
    NonResourceRule ResourceAttributes ResourceRule SelfSubjectAccessReview SelfSubjectAccessReviewSpec SelfSubjectRulesReview
    SelfSubjectRulesReviewSpec SubjectAccessReview SubjectAccessReviewSpec SubjectAccessReviewStatus SubjectRulesReviewStatus`,
  'admissionregistration.v1': `AuditAnnotation ExpressionWarning MatchCondition MatchResources MutatingWebhook
    MutatingWebhookConfiguration NamedRuleWithOperations ParamKind ParamRef RuleWithOperations TypeChecking
    ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding ValidatingAdmissionPolicyBindingSpec
    ValidatingAdmissionPolicySpec ValidatingAdmissionPolicyStatus ValidatingWebhook ValidatingWebhookConfiguration Validation
    Variable MutatingAdmissionPolicy MutatingAdmissionPolicySpec MutatingAdmissionPolicyBinding MutatingAdmissionPolicyBindingSpec
    Mutation ApplyConfiguration JSONPatch`,
  'apiextensions.v1': `CustomResourceColumnDefinition CustomResourceConversion CustomResourceDefinition
    CustomResourceDefinitionCondition CustomResourceDefinitionNames CustomResourceDefinitionSpec CustomResourceDefinitionStatus
    CustomResourceDefinitionVersion CustomResourceSubresourceScale CustomResourceSubresources CustomResourceValidation
    ExternalDocumentation JSONSchemaProps SelectableField ValidationRule WebhookConversion`,
  'apiregistration.v1': 'APIService APIServiceCondition APIServiceSpec APIServiceStatus',
  'coordination.v1': 'Lease LeaseSpec',
  'discovery.v1': 'Endpoint EndpointConditions EndpointHints EndpointSlice ForNode ForZone',
  'networking.v1': `HTTPIngressPath HTTPIngressRuleValue IPAddress IPAddressSpec IPBlock Ingress IngressBackend IngressClass
    IngressClassParametersReference IngressClassSpec IngressLoadBalancerIngress IngressLoadBalancerStatus IngressPortStatus
    IngressRule IngressServiceBackend IngressSpec IngressStatus IngressTLS NetworkPolicy NetworkPolicyEgressRule
    NetworkPolicyIngressRule NetworkPolicyPeer NetworkPolicyPort NetworkPolicySpec ParentReference ServiceBackendPort
    ServiceCIDR ServiceCIDRSpec ServiceCIDRStatus`,
  'rbac.v1': 'AggregationRule ClusterRole ClusterRoleBinding PolicyRule Role RoleBinding RoleRef',
  'scheduling.v1': 'PriorityClass',
  'storage.v1': `StorageClass CSIDriver CSIDriverSpec CSINode CSINodeSpec CSINodeStatus CSINodeDriver CSIStorageCapacity VolumeAttachment
    VolumeAttachmentSpec VolumeAttachmentStatus VolumeAttachmentSource VolumeAttributesClass VolumeError VolumeNodeResources
    StorageHealth StorageHealthCondition`,
  'certificates.v1': `CertificateSigningRequest CertificateSigningRequestSpec CertificateSigningRequestStatus
    CertificateSigningRequestCondition`,
  'resource.v1': `AllocatedDeviceStatus AllocationResult CELDeviceSelector CapacityRequestPolicy CapacityRequestPolicyRange
    CapacityRequirements Counter CounterSet Device DeviceAllocationConfiguration DeviceAllocationResult DeviceAttribute DeviceCapacity
    DeviceClaim DeviceClaimConfiguration DeviceClass DeviceClassConfiguration DeviceClassSpec DeviceConstraint DeviceCounterConsumption
    DeviceRequest DeviceRequestAllocationResult DeviceSelector DeviceSubRequest DeviceTaint DeviceToleration ExactDeviceRequest
    NetworkDeviceData NodeAllocatableResourceMapping OpaqueDeviceConfiguration ResourceClaimConsumerReference ResourceClaimSpec
    ResourceClaimStatus ResourceClaimTemplate ResourceClaimTemplateSpec ResourcePool ResourceSlice ResourceSliceSpec`,
  'flowcontrol.v1': `FlowSchema FlowSchemaSpec FlowSchemaStatus FlowSchemaCondition FlowDistinguisherMethod PolicyRulesWithSubjects
    NonResourcePolicyRule ResourcePolicyRule GroupSubject ServiceAccountSubject UserSubject PriorityLevelConfiguration
    PriorityLevelConfigurationSpec PriorityLevelConfigurationStatus PriorityLevelConfigurationCondition
    PriorityLevelConfigurationReference ExemptPriorityLevelConfiguration LimitedPriorityLevelConfiguration LimitResponse
    QueuingConfiguration`,
  'node.v1': 'RuntimeClass Overhead Scheduling',
};
/** Client models whose class name carries its group. */
export const renamedModels = {
  CoreV1Event: 'core.v1.Event',
  CoreV1EventSeries: 'core.v1.EventSeries',
  CoreV1EndpointPort: 'core.v1.EndpointPort',
  CoreV1ResourceClaim: 'core.v1.ResourceClaim',
  ResourceV1ResourceClaim: 'resource.v1.ResourceClaim',
  EventsV1Event: 'events.v1.Event',
  EventsV1EventSeries: 'events.v1.EventSeries',
  DiscoveryV1EndpointPort: 'discovery.v1.EndpointPort',
  RbacV1Subject: 'rbac.v1.Subject',
  FlowcontrolV1Subject: 'flowcontrol.v1.Subject',
  StorageV1TokenRequest: 'storage.v1.TokenRequest',
  AuthenticationV1TokenRequest: 'authentication.v1.TokenRequest',
  AdmissionregistrationV1ServiceReference: 'admissionregistration.v1.ServiceReference',
  AdmissionregistrationV1WebhookClientConfig: 'admissionregistration.v1.WebhookClientConfig',
  ApiextensionsV1ServiceReference: 'apiextensions.v1.ServiceReference',
  ApiextensionsV1WebhookClientConfig: 'apiextensions.v1.WebhookClientConfig',
  ApiregistrationV1ServiceReference: 'apiregistration.v1.ServiceReference',
  // Served as v1 since 1.37; the models know their last beta, which has the same fields.
  V1beta2DeviceTaint: 'resource.v1.DeviceTaint',
  V1beta2DeviceTaintRule: 'resource.v1.DeviceTaintRule',
  V1beta2DeviceTaintRuleSpec: 'resource.v1.DeviceTaintRuleSpec',
  V1beta2DeviceTaintRuleStatus: 'resource.v1.DeviceTaintRuleStatus',
  V1beta2DeviceTaintSelector: 'resource.v1.DeviceTaintSelector',
  V1beta1ClusterTrustBundle: 'certificates.v1.ClusterTrustBundle',
  V1beta1ClusterTrustBundleSpec: 'certificates.v1.ClusterTrustBundleSpec',
  V1beta1PodCertificateRequest: 'certificates.v1.PodCertificateRequest',
  V1beta1PodCertificateRequestSpec: 'certificates.v1.PodCertificateRequestSpec',
  V1beta1PodCertificateRequestStatus: 'certificates.v1.PodCertificateRequestStatus',
  V1beta1StorageVersionMigration: 'storagemigration.v1.StorageVersionMigration',
  V1beta1StorageVersionMigrationSpec: 'storagemigration.v1.StorageVersionMigrationSpec',
  V1beta1StorageVersionMigrationStatus: 'storagemigration.v1.StorageVersionMigrationStatus',
  V1GroupResource: 'meta.v1.GroupResource',
};
/** Where generation starts: served kinds and the objects of subresources and reviews. */
export const roots = words(`V1Namespace V1Pod V1Service V1Endpoints V1ConfigMap V1Secret V1ServiceAccount CoreV1Event V1Node
  V1PersistentVolumeClaim V1PersistentVolume V1LimitRange V1ResourceQuota V1Binding V1Deployment V1ReplicaSet V1StatefulSet
  V1DaemonSet V1ControllerRevision V1Job V1CronJob V1Lease V1EndpointSlice V1NetworkPolicy V1Ingress V1IngressClass V1IPAddress
  V1ServiceCIDR V1Role V1RoleBinding V1ClusterRole V1ClusterRoleBinding V1MutatingWebhookConfiguration
  V1ValidatingWebhookConfiguration V1ValidatingAdmissionPolicy V1ValidatingAdmissionPolicyBinding V1CustomResourceDefinition
  V1PodDisruptionBudget V1HorizontalPodAutoscaler V2HorizontalPodAutoscaler EventsV1Event V1APIService V1PriorityClass V1StorageClass V1Scale V1Eviction
  V1Status V1DeleteOptions V1SubjectAccessReview V1SelfSubjectAccessReview V1LocalSubjectAccessReview V1SelfSubjectRulesReview
  V1TokenReview AuthenticationV1TokenRequest V1SelfSubjectReview V1PodTemplate V1ReplicationController V1MutatingAdmissionPolicy
  V1MutatingAdmissionPolicyBinding V1CertificateSigningRequest V1FlowSchema V1PriorityLevelConfiguration V1RuntimeClass V1CSIDriver
  V1CSINode V1CSIStorageCapacity V1VolumeAttachment V1VolumeAttributesClass V1DeviceClass ResourceV1ResourceClaim
  V1ResourceClaimTemplate V1ResourceSlice V1beta2DeviceTaintRule V1beta1ClusterTrustBundle V1beta1PodCertificateRequest
  V1beta1StorageVersionMigration`);
