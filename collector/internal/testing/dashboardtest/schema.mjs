// Checks dashboards against the types Grafana publishes as @grafana/schema:
// an unknown key or a value of the wrong kind is refused, for the dashboard
// itself and for the options and field settings of every panel.
//
//   node schema.mjs FOLDER-OF-NODE-MODULES DASHBOARD.json...
import { createRequire } from 'node:module';
import { readFileSync, writeFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const [modules, ...files] = process.argv.slice(2);
const require = createRequire(join(modules, 'x.js'));
const { createGenerator } = require('ts-json-schema-generator');
const Ajv = require('ajv').default;

const types = join(modules, 'node_modules/@grafana/schema/dist/types');
const folder = mkdtempSync(join(tmpdir(), 'schema-'));
const tsconfig = join(folder, 'tsconfig.json');
writeFileSync(tsconfig, JSON.stringify({
  compilerOptions: {
    module: 'esnext', moduleResolution: 'bundler', target: 'es2022', skipLibCheck: true, strict: true,
    paths: { '@grafana/schema': [join(types, 'index.d.ts')] },
  },
}));

// Grafana fills in what has a default, so nothing is required of a file.
function withoutRequired(schema) {
  if (schema && typeof schema === 'object') {
    delete schema.required;
    Object.values(schema).forEach(withoutRequired);
  }
  return schema;
}

const cache = new Map();
function validator(path, type) {
  const key = path + type;
  if (!cache.has(key)) {
    const schema = createGenerator({ path: join(types, path), tsconfig, type, skipTypeCheck: true }).createSchema(type);
    cache.set(key, new Ajv({ strict: false, allErrors: true }).compile(withoutRequired(schema)));
  }
  return cache.get(key);
}

let refused = 0;
function check(what, path, type, value) {
  let validate;
  try {
    validate = validator(path, type);
  } catch (error) {
    if (/No root type/.test(error.message)) return; // a panel without field settings of its own
    throw error;
  }
  if (value !== undefined && !validate(value)) {
    for (const e of validate.errors) {
      refused++;
      console.error(`${what}: ${e.instancePath || '/'} ${e.message} ${JSON.stringify(e.params)}`);
    }
  }
}

const panels = new Set();
try {
  for (const file of files) {
    const dashboard = JSON.parse(readFileSync(file, 'utf8'));
    for (const annotation of dashboard.annotations?.list ?? []) {
      // Keys of the Prometheus data source, which the types leave open.
      for (const key of ['expr', 'step', 'titleFormat', 'textFormat']) delete annotation[key];
    }
    check(file, 'raw/dashboard/x/types.gen.d.ts', 'Dashboard', dashboard);
    for (const panel of dashboard.panels) {
      if (panel.type === 'row') continue;
      panels.add(panel.type);
      const path = `raw/composable/${panel.type}/panelcfg/x/types.gen.d.ts`;
      check(`${file}: ${panel.title}: options`, path, 'Options', panel.options);
      check(`${file}: ${panel.title}: custom`, path, 'FieldConfig', panel.fieldConfig?.defaults?.custom);
    }
  }
} finally {
  rmSync(folder, { recursive: true });
}
console.log(`${files.length} dashboards, panels: ${[...panels].sort().join(' ')}`);
process.exit(refused ? 1 : 0);
