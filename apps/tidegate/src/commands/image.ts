import path from 'node:path';
import { ImageStore, buildImage } from '@tidegate/kube-embedded';
import { openDataFolder } from '../instance/folder.js';
import { type CommandContext, readOptions, usage } from './run-command.js';

/** `image build DIR [--tag NAME:TAG]` and `image list`: the images that process pods of this instance can run. */
export async function image(context: CommandContext): Promise<number> {
  const { values, positionals } = readOptions(context.argv, { tag: { type: 'string' } });
  const [action, dir] = positionals;
  openDataFolder(context.paths, context.uid);
  const storeDir = path.join(context.paths.public, 'images');
  switch (action) {
    case 'build': {
      if (dir === undefined) throw usage('image build needs the folder that holds tidegate-image.json.');
      const built = await buildImage({ dir: path.resolve(dir), storeDir, ...(values.tag === undefined ? {} : { tag: values.tag }) });
      context.out(`${built.reference}\n${built.digest}  ${Math.ceil(built.layerBytes / 1024)} kB`);
      return 0;
    }
    case 'list':
      for (const { reference, digest } of new ImageStore(storeDir).list()) context.out(`${reference}  ${digest}`);
      return 0;
    default:
      throw usage(action === undefined ? 'image needs a word: build or list.' : `image knows build and list, not "${action}".`);
  }
}
