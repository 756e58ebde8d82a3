import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './command.mjs';
import { inParallel } from './parallel.mjs';

const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';
const PARALLEL_DOWNLOADS = 4;
const PACKAGES_PER_DOWNLOAD = 8;

/**
 * A Debian suite, read and downloaded from without the system's apt noticing: all of apt's state is
 * in a folder of its own. The packages come from the archive that the machine is set up for and are
 * verified with Debian's archive keys.
 */
export class DebianSuite {
  #env;

  /** @param {string} configuration path of an apt configuration; use {@link DebianSuite.open} */
  constructor(configuration) {
    this.#env = { APT_CONFIG: configuration, LC_ALL: 'C' };
  }

  /**
   * Fetches a suite's package lists.
   *
   * @param {string} suite code name, such as `forky`
   * @param {string} folder for apt's state, about 150 MB; may be deleted afterwards
   * @returns {Promise<DebianSuite>}
   * @throws {Error} if there is no apt, or no archive of this machine has the suite, signed with a
   *   key of the machine's Debian keyring
   */
  static async open(suite, folder) {
    const failures = [];
    for (const archive of await machineArchives()) {
      const opened = new DebianSuite(await configureApt(suite, archive, folder));
      try {
        await opened.#apt(['update', '-o', 'APT::Update::Error-Mode=any']);
        return opened;
      } catch (error) {
        failures.push(String(error));
      }
    }
    throw new Error(
      [`no Debian archive in this machine's apt sources has ${suite}`, ...failures].join('\n')
    );
  }

  /**
   * Resolves a package's dependencies as if nothing were installed.
   *
   * @param {string} name
   * @returns {Promise<string[]>} names of all packages that it needs, its own included
   * @throws {Error} if the suite lacks the package
   */
  async closure(name) {
    const plan = await this.#apt(['install', '--simulate', '--no-install-recommends', name]);
    return Array.from(plan.matchAll(/^Inst (\S+)/gm), ([, dependency]) => dependency);
  }

  /**
   * Downloads packages, several at a time.
   *
   * @param {string[]} names
   * @param {string} folder existing one, for the `.deb` files
   * @param {(done: number) => void} [onProgress] gets the number of packages that have arrived
   * @returns {Promise<void>}
   * @throws {Error} if one is missing or damaged
   */
  async download(names, folder, onProgress) {
    const batches = [];
    for (let first = 0; first < names.length; first += PACKAGES_PER_DOWNLOAD) {
      batches.push(names.slice(first, first + PACKAGES_PER_DOWNLOAD));
    }
    let done = 0;
    await inParallel(batches, PARALLEL_DOWNLOADS, async (batch) => {
      await this.#apt(['download', ...batch], folder);
      done += batch.length;
      onProgress?.(done);
    });
  }

  /**
   * @param {string[]} args
   * @param {string} [cwd]
   */
  #apt(args, cwd) {
    return run('apt-get', ['-q', ...args], { cwd, env: this.#env });
  }
}

/** The archives in the machine's apt sources that have main suites, as values for `URIs:`. */
async function machineArchives() {
  const requests = await run('apt-get', ['update', '--print-uris']);
  const releases = requests.matchAll(/^'(\S+)\/dists\/[^/'-]+\/InRelease'/gm);
  return new Set(Array.from(releases, ([, archive]) => archive));
}

/**
 * @param {string} suite
 * @param {string} archive
 * @param {string} folder
 * @returns {Promise<string>} path of the configuration
 */
async function configureApt(suite, archive, folder) {
  const status = join(folder, 'status');
  const sources = join(folder, 'suite.sources');
  const configuration = join(folder, 'apt.conf');
  await mkdir(join(folder, 'lists/partial'), { recursive: true });
  await mkdir(join(folder, 'cache/archives/partial'), { recursive: true });
  await writeFile(status, '');
  await writeFile(
    sources,
    `Types: deb\nURIs: ${archive}\nSuites: ${suite}\nComponents: main\nSigned-By: ${KEYRING}\n`
  );
  const settings = {
    'Dir::State': folder,
    'Dir::State::status': status,
    'Dir::Cache': join(folder, 'cache'),
    'Dir::Etc::SourceList': sources,
    'Dir::Etc::SourceParts': '/dev/null',
    'Dir::Etc::Preferences': '/dev/null',
    'Dir::Etc::PreferencesParts': '/dev/null',
    'Dir::Etc::Main': '/dev/null',
    'Dir::Etc::Parts': '/dev/null',
    'Acquire::Languages': 'none',
    'Acquire::Retries': '3',
    // Otherwise root's downloads are handed to a user that need not have access to this folder.
    'APT::Sandbox::User': 'root',
  };
  const lines = Object.entries(settings).map(([key, value]) => `${key} "${value}";`);
  // A proxy's address may have a password in it.
  const text = [...lines, ...(await machineTransport()), ''].join('\n');
  await writeFile(configuration, text, { mode: 0o600 });
  return configuration;
}

/** How this machine reaches its archive: proxies, and what it puts up with from a snapshot. */
async function machineTransport() {
  const settings = await run('apt-config', ['dump']);
  return settings.match(/^Acquire::(?:https?|Check-Date|Check-Valid-Until)\b.*$/gm) ?? [];
}
