/**
 * Go's types of what a spec may hold, as Knative and Kubernetes 1.35 declare them: which fields there are, what they are called in
 * Go (messages about changes name them so), and whether an absent value and a zero are one (`string`) or two (`*string`, lists, maps).
 * `Field=json:type` where the JSON name does not follow from the field's; `!` after what is written even when it is zero; `+type` is
 * embedded. `any` stands for types whose inside nobody looks at.
 */
export const GO_TYPES = `
v1.ServiceSpec
  +v1.ConfigurationSpec +v1.RouteSpec
v1.ConfigurationSpec
  Template:v1.RevisionTemplateSpec!
v1.RevisionTemplateSpec
  ObjectMeta=metadata:v1.ObjectMeta Spec:v1.RevisionSpec
v1.ObjectMeta
  Name:string GenerateName:string Namespace:string SelfLink:string UID:string ResourceVersion:string Generation:int64
  CreationTimestamp:any DeletionTimestamp:*any DeletionGracePeriodSeconds:*int64 Labels:map[string]string
  Annotations:map[string]string OwnerReferences:[]v1.OwnerReference Finalizers:[]string ManagedFields:[]any
v1.OwnerReference
  APIVersion:string! Kind:string! Name:string! UID:string! Controller:*bool BlockOwnerDeletion:*bool
v1.RevisionSpec
  +v1.PodSpec ContainerConcurrency:*int64 TimeoutSeconds:*int64 ResponseStartTimeoutSeconds:*int64 IdleTimeoutSeconds:*int64
v1.PodSpec
  Volumes:[]v1.Volume InitContainers:[]v1.Container Containers:[]v1.Container! EphemeralContainers:[]any
  RestartPolicy:v1.RestartPolicy TerminationGracePeriodSeconds:*int64 ActiveDeadlineSeconds:*int64 DNSPolicy:v1.DNSPolicy
  NodeSelector:map[string]string ServiceAccountName:string DeprecatedServiceAccount=serviceAccount:string
  AutomountServiceAccountToken:*bool NodeName:string HostNetwork:bool HostPID:bool HostIPC:bool ShareProcessNamespace:*bool
  SecurityContext:*v1.PodSecurityContext ImagePullSecrets:[]v1.LocalObjectReference Hostname:string Subdomain:string
  Affinity:*v1.Affinity SchedulerName:string Tolerations:[]v1.Toleration HostAliases:[]v1.HostAlias PriorityClassName:string
  Priority:*int32 DNSConfig:*v1.PodDNSConfig ReadinessGates:[]v1.PodReadinessGate RuntimeClassName:*string EnableServiceLinks:*bool
  PreemptionPolicy:*v1.PreemptionPolicy Overhead:map[string]resource.Quantity TopologySpreadConstraints:[]v1.TopologySpreadConstraint
  SetHostnameAsFQDN:*bool OS:*any HostUsers:*bool SchedulingGates:[]v1.PodSchedulingGate ResourceClaims:[]any
  Resources:*v1.ResourceRequirements HostnameOverride:*string WorkloadRef:*any
v1.Volume
  Name:string! +v1.VolumeSource
v1.VolumeSource
  HostPath:*v1.HostPathVolumeSource EmptyDir:*v1.EmptyDirVolumeSource GCEPersistentDisk:*any AWSElasticBlockStore:*any GitRepo:*any
  Secret:*v1.SecretVolumeSource NFS:*any ISCSI:*any Glusterfs:*any PersistentVolumeClaim:*v1.PersistentVolumeClaimVolumeSource
  RBD:*any FlexVolume:*any Cinder:*any CephFS=cephfs:*any Flocker:*any DownwardAPI:*any FC:*any AzureFile:*any
  ConfigMap:*v1.ConfigMapVolumeSource VsphereVolume:*any Quobyte:*any AzureDisk:*any PhotonPersistentDisk:*any
  Projected:*v1.ProjectedVolumeSource PortworxVolume:*any ScaleIO:*any StorageOS=storageos:*any CSI:*v1.CSIVolumeSource
  Ephemeral:*v1.EphemeralVolumeSource Image:*v1.ImageVolumeSource
v1.HostPathVolumeSource
  Path:string! Type:*v1.HostPathType
v1.EmptyDirVolumeSource
  Medium:v1.StorageMedium SizeLimit:*resource.Quantity
v1.SecretVolumeSource
  SecretName:string Items:[]v1.KeyToPath DefaultMode:*int32 Optional:*bool
v1.KeyToPath
  Key:string! Path:string! Mode:*int32
v1.PersistentVolumeClaimVolumeSource
  ClaimName:string! ReadOnly:bool
v1.ConfigMapVolumeSource
  +v1.LocalObjectReference Items:[]v1.KeyToPath DefaultMode:*int32 Optional:*bool
v1.LocalObjectReference
  Name:string
v1.ProjectedVolumeSource
  Sources:[]v1.VolumeProjection! DefaultMode:*int32
v1.VolumeProjection
  Secret:*v1.SecretProjection DownwardAPI:*v1.DownwardAPIProjection ConfigMap:*v1.ConfigMapProjection
  ServiceAccountToken:*v1.ServiceAccountTokenProjection ClusterTrustBundle:*any PodCertificate:*any
v1.SecretProjection
  +v1.LocalObjectReference Items:[]v1.KeyToPath Optional:*bool
v1.DownwardAPIProjection
  Items:[]v1.DownwardAPIVolumeFile
v1.DownwardAPIVolumeFile
  Path:string! FieldRef:*v1.ObjectFieldSelector ResourceFieldRef:*v1.ResourceFieldSelector Mode:*int32
v1.ObjectFieldSelector
  APIVersion:string FieldPath:string!
v1.ResourceFieldSelector
  ContainerName:string Resource:string! Divisor:resource.Quantity
v1.ConfigMapProjection
  +v1.LocalObjectReference Items:[]v1.KeyToPath Optional:*bool
v1.ServiceAccountTokenProjection
  Audience:string ExpirationSeconds:*int64 Path:string!
v1.CSIVolumeSource
  Driver:string! ReadOnly:*bool FSType:*string VolumeAttributes:map[string]string NodePublishSecretRef:*v1.LocalObjectReference
v1.EphemeralVolumeSource
  VolumeClaimTemplate:*v1.PersistentVolumeClaimTemplate
v1.PersistentVolumeClaimTemplate
  ObjectMeta=metadata:v1.ObjectMeta Spec:v1.PersistentVolumeClaimSpec!
v1.PersistentVolumeClaimSpec
  AccessModes:[]v1.PersistentVolumeAccessMode Selector:*v1.LabelSelector Resources:v1.VolumeResourceRequirements VolumeName:string
  StorageClassName:*string VolumeMode:*v1.PersistentVolumeMode DataSource:*v1.TypedLocalObjectReference
  DataSourceRef:*v1.TypedObjectReference VolumeAttributesClassName:*string
v1.LabelSelector
  MatchLabels:map[string]string MatchExpressions:[]v1.LabelSelectorRequirement
v1.LabelSelectorRequirement
  Key:string! Operator:v1.LabelSelectorOperator! Values:[]string
v1.VolumeResourceRequirements
  Limits:map[string]resource.Quantity Requests:map[string]resource.Quantity
v1.TypedLocalObjectReference
  APIGroup:*string! Kind:string! Name:string!
v1.TypedObjectReference
  APIGroup:*string! Kind:string! Name:string! Namespace:*string
v1.ImageVolumeSource
  Reference:string PullPolicy:v1.PullPolicy
v1.Container
  Name:string! Image:string Command:[]string Args:[]string WorkingDir:string Ports:[]v1.ContainerPort EnvFrom:[]v1.EnvFromSource
  Env:[]v1.EnvVar Resources:v1.ResourceRequirements ResizePolicy:[]v1.ContainerResizePolicy RestartPolicy:*v1.ContainerRestartPolicy
  RestartPolicyRules:[]any VolumeMounts:[]v1.VolumeMount VolumeDevices:[]v1.VolumeDevice LivenessProbe:*v1.Probe
  ReadinessProbe:*v1.Probe StartupProbe:*v1.Probe Lifecycle:*any TerminationMessagePath:string
  TerminationMessagePolicy:v1.TerminationMessagePolicy ImagePullPolicy:v1.PullPolicy SecurityContext:*v1.SecurityContext Stdin:bool
  StdinOnce:bool TTY:bool
v1.ContainerPort
  Name:string HostPort:int32 ContainerPort:int32! Protocol:v1.Protocol HostIP:string
v1.EnvFromSource
  Prefix:string ConfigMapRef:*v1.ConfigMapEnvSource SecretRef:*v1.SecretEnvSource
v1.ConfigMapEnvSource
  +v1.LocalObjectReference Optional:*bool
v1.SecretEnvSource
  +v1.LocalObjectReference Optional:*bool
v1.EnvVar
  Name:string! Value:string ValueFrom:*v1.EnvVarSource
v1.EnvVarSource
  FieldRef:*v1.ObjectFieldSelector ResourceFieldRef:*v1.ResourceFieldSelector ConfigMapKeyRef:*v1.ConfigMapKeySelector
  SecretKeyRef:*v1.SecretKeySelector FileKeyRef:*any
v1.ConfigMapKeySelector
  +v1.LocalObjectReference Key:string! Optional:*bool
v1.SecretKeySelector
  +v1.LocalObjectReference Key:string! Optional:*bool
v1.ResourceRequirements
  Limits:map[string]resource.Quantity Requests:map[string]resource.Quantity Claims:[]v1.ResourceClaim
v1.ResourceClaim
  Name:string! Request:string
v1.ContainerResizePolicy
  ResourceName:v1.ResourceName! RestartPolicy:v1.ResourceResizeRestartPolicy!
v1.VolumeMount
  Name:string! ReadOnly:bool RecursiveReadOnly:*v1.RecursiveReadOnlyMode MountPath:string! SubPath:string
  MountPropagation:*v1.MountPropagationMode SubPathExpr:string
v1.VolumeDevice
  Name:string! DevicePath:string!
v1.Probe
  +v1.ProbeHandler InitialDelaySeconds:int32 TimeoutSeconds:int32 PeriodSeconds:int32 SuccessThreshold:int32 FailureThreshold:int32
  TerminationGracePeriodSeconds:*int64
v1.ProbeHandler
  Exec:*v1.ExecAction HTTPGet:*v1.HTTPGetAction TCPSocket:*v1.TCPSocketAction GRPC:*v1.GRPCAction
v1.ExecAction
  Command:[]string
v1.HTTPGetAction
  Path:string Port:intstr.IntOrString! Host:string Scheme:v1.URIScheme HTTPHeaders:[]v1.HTTPHeader
v1.HTTPHeader
  Name:string! Value:string!
v1.TCPSocketAction
  Port:intstr.IntOrString! Host:string
v1.GRPCAction
  Port:int32! Service:*string!
v1.SecurityContext
  Capabilities:*v1.Capabilities Privileged:*bool SELinuxOptions:*v1.SELinuxOptions WindowsOptions:*any RunAsUser:*int64
  RunAsGroup:*int64 RunAsNonRoot:*bool ReadOnlyRootFilesystem:*bool AllowPrivilegeEscalation:*bool ProcMount:*v1.ProcMountType
  SeccompProfile:*v1.SeccompProfile AppArmorProfile:*v1.AppArmorProfile
v1.Capabilities
  Add:[]v1.Capability Drop:[]v1.Capability
v1.SELinuxOptions
  User:string Role:string Type:string Level:string
v1.SeccompProfile
  Type:v1.SeccompProfileType! LocalhostProfile:*string
v1.AppArmorProfile
  Type:v1.AppArmorProfileType! LocalhostProfile:*string
v1.PodSecurityContext
  SELinuxOptions:*v1.SELinuxOptions WindowsOptions:*any RunAsUser:*int64 RunAsGroup:*int64 RunAsNonRoot:*bool
  SupplementalGroups:[]int64 SupplementalGroupsPolicy:*v1.SupplementalGroupsPolicy FSGroup:*int64 Sysctls:[]v1.Sysctl
  FSGroupChangePolicy:*v1.PodFSGroupChangePolicy SeccompProfile:*v1.SeccompProfile AppArmorProfile:*v1.AppArmorProfile
  SELinuxChangePolicy:*v1.PodSELinuxChangePolicy
v1.Sysctl
  Name:string! Value:string!
v1.Affinity
  NodeAffinity:*v1.NodeAffinity PodAffinity:*v1.PodAffinity PodAntiAffinity:*v1.PodAntiAffinity
v1.NodeAffinity
  RequiredDuringSchedulingIgnoredDuringExecution:*v1.NodeSelector
  PreferredDuringSchedulingIgnoredDuringExecution:[]v1.PreferredSchedulingTerm
v1.NodeSelector
  NodeSelectorTerms:[]v1.NodeSelectorTerm!
v1.NodeSelectorTerm
  MatchExpressions:[]v1.NodeSelectorRequirement MatchFields:[]v1.NodeSelectorRequirement
v1.NodeSelectorRequirement
  Key:string! Operator:v1.NodeSelectorOperator! Values:[]string
v1.PreferredSchedulingTerm
  Weight:int32! Preference:v1.NodeSelectorTerm!
v1.PodAffinity
  RequiredDuringSchedulingIgnoredDuringExecution:[]v1.PodAffinityTerm
  PreferredDuringSchedulingIgnoredDuringExecution:[]v1.WeightedPodAffinityTerm
v1.PodAffinityTerm
  LabelSelector:*v1.LabelSelector Namespaces:[]string TopologyKey:string! NamespaceSelector:*v1.LabelSelector MatchLabelKeys:[]string
  MismatchLabelKeys:[]string
v1.WeightedPodAffinityTerm
  Weight:int32! PodAffinityTerm:v1.PodAffinityTerm!
v1.PodAntiAffinity
  RequiredDuringSchedulingIgnoredDuringExecution:[]v1.PodAffinityTerm
  PreferredDuringSchedulingIgnoredDuringExecution:[]v1.WeightedPodAffinityTerm
v1.Toleration
  Key:string Operator:v1.TolerationOperator Value:string Effect:v1.TaintEffect TolerationSeconds:*int64
v1.HostAlias
  IP:string! Hostnames:[]string
v1.PodDNSConfig
  Nameservers:[]string Searches:[]string Options:[]v1.PodDNSConfigOption
v1.PodDNSConfigOption
  Name:string Value:*string
v1.PodReadinessGate
  ConditionType:v1.PodConditionType!
v1.TopologySpreadConstraint
  MaxSkew:int32! TopologyKey:string! WhenUnsatisfiable:v1.UnsatisfiableConstraintAction! LabelSelector:*v1.LabelSelector
  MinDomains:*int32 NodeAffinityPolicy:*v1.NodeInclusionPolicy NodeTaintsPolicy:*v1.NodeInclusionPolicy MatchLabelKeys:[]string
v1.PodSchedulingGate
  Name:string!
v1.RouteSpec
  Traffic:[]v1.TrafficTarget
v1.TrafficTarget
  Tag:string RevisionName:string ConfigurationName:string LatestRevision:*bool Percent:*int64 URL:*apis.URL
v1beta1.DomainMappingSpec
  Ref:v1.KReference! TLS:*v1beta1.SecretTLS
v1.KReference
  Kind:string! Namespace:string Name:string! APIVersion:string Group:string Address:*string
v1beta1.SecretTLS
  SecretName:string!
`;
