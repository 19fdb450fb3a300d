const NOT_FOR_RUNNING = /\.(map|ts|mts|cts|tsx|flow|tsbuildinfo|md|markdown)$/i;
/** Prisma brings a compiler of queries for each database and for each way to load it; the client of this project imports one. */
const OTHER_DATABASES = /^query_compiler_(?!fast_bg\.postgresql\.(wasm-base64\.)?mjs$)/;
const LICENSE = /^(licen[cs]e|notice|copying|copyright)/i;

/** Whether a file of an npm package goes into the image: declarations, source maps and prose stay out, licences stay in. */
export function packageFileIsKept(fileName: string): boolean {
  if (OTHER_DATABASES.test(fileName)) return false;
  return LICENSE.test(fileName) || !NOT_FOR_RUNNING.test(fileName);
}

const PROSE = /^\/?usr\/share\/(doc|man|lintian|bug|locale|info)\//;
const COPYRIGHT = /^\/?usr\/share\/doc\/[^/]+\/copyright$/;
/** Character sets for iconv, which nothing here calls. */
const CHARACTER_SETS = /^\/?usr\/lib\/[^/]+\/gconv\//;
/** Single certificates: the image has them in one file. */
const SINGLE_CERTIFICATES = /^\/?usr\/share\/ca-certificates\//;

/** Whether a file of a Debian package (by its path in the root file system) goes into the image. */
export function systemFileIsKept(file: string): boolean {
  return COPYRIGHT.test(file) || ![PROSE, CHARACTER_SETS, SINGLE_CERTIFICATES].some((unwanted) => unwanted.test(file));
}
