/** Words that come with kubeconfigs, not with the first page. */
export const en = {
  title: 'kubectl',
  about: 'A kubeconfig with your own rights, for kubectl, helm and kn. It holds a token, which you find above and can revoke.',
  create: 'New kubeconfig',
  created: 'Kubeconfig {{name}} is made.',
  name: 'Name',
  nameAbout: 'Where it is used, such as laptop.',
  days: 'Days until it ends',
  once: 'It is shown this once. Whoever has the file may do what you may.',
  download: 'Download',
  then: 'Then, in the folder where it lies:',
};
export type KubectlWords = typeof en;

export const zh: Record<keyof KubectlWords, string> = {
  title: 'kubectl',
  about: '具有你自己权限的 kubeconfig,用于 kubectl、helm 和 kn。其中包含一个令牌,可在上方查看和撤销。',
  create: '新建 kubeconfig',
  created: 'Kubeconfig {{name}} 已创建。',
  name: '名称',
  nameAbout: '用在何处,例如 laptop。',
  days: '有效天数',
  once: '仅显示这一次。持有该文件的人可以做你能做的一切。',
  download: '下载',
  then: '然后在文件所在的目录中:',
};
