/** What of a container says which program runs. */
export interface SampleProgram {
  image: string;
  workingDir?: string;
  command?: string[];
}

/** The samples lie in the platform's own image, so that a cluster needs no other one. */
export function sampleInPlatformImage(image: string, sample: 'bookinfo' | 'hello'): SampleProgram {
  return { image, workingDir: `/opt/tidegate/apps/samples/${sample}/app`, command: ['node', 'main.mjs'] };
}
