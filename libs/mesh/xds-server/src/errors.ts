import { defineErrors } from '@tidegate/kernel';

export const codes = defineErrors({
  MESH_ENVOY_UNSUPPORTED_HOST: 'No prebuilt Envoy fits this operating system, processor or C library.',
  MESH_ENVOY_NOT_FETCHED: 'Envoy could not be fetched from the package index.',
  MESH_ENVOY_WRONG_CHECKSUM: 'A fetched Envoy package is not the one that this version was built for.',
  MESH_ENVOY_WRONG_VERSION: 'The Envoy named by TIDEGATE_ENVOY is missing, does not run or is too old.',
  MESH_ENVOY_ARCHIVE_BROKEN: 'The Envoy package is not a readable archive.',
  MESH_XDS_SOCKET_TAKEN: 'The socket on which proxies are answered cannot be opened.',
});
