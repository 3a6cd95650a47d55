/** Trouble with the files that hold a runs table: what they are, how they are written, which columns they have. */
import { declareProblem } from './problem.ts';

/** `loss_genral` -> ` Did you mean loss_general?`; nothing where no name is near. */
const didYouMean = (nearest: string | undefined): string =>
  nearest === undefined ? '' : ` Did you mean ${nearest}?`;

export const runsFileTwice = declareProblem<{ path: string }>({
  code: 'runs-file-twice',
  severity: 'error',
  title: 'the same runs file is given twice',
  message: ({ path }) => `${path} is given twice, and every observation in it would be counted twice.`,
  hint: () => 'Name each file once.',
  explanation:
    'Observations that are counted twice look like independent evidence and make intervals too narrow. ' +
    'Usually a shell pattern such as runs*.csv already covers a file that was also named by hand.',
});

export const runsFileEmpty = declareProblem<{ header: boolean }>({
  code: 'runs-file-empty',
  severity: 'error',
  title: 'a runs file has no rows',
  message: ({ header }) =>
    header
      ? 'This file has a header and no rows; a runs table has one row per evaluation of a run.'
      : 'This file is empty; a runs table has a header and one row per evaluation of a run.',
  hint: () =>
    'Check that the job which writes it has finished, and that the export was not filtered to nothing.',
  explanation:
    'An empty table is nearly always a job that failed before it logged anything, or an export with a filter ' +
    'that matched no run. It is refused, because leaving it out in silence would hide the missing pilot.',
});

export const notText = declareProblem<{ what: string }>({
  code: 'not-text',
  severity: 'error',
  title: 'a runs file is not a text table',
  message: ({ what }) => `This file is ${what}, and not a table in UTF-8 text.`,
  hint: () => 'Save it as UTF-8 CSV, TSV or JSONL; gzip is read as it is.',
  explanation:
    'Runs tables are read as UTF-8 text, with or without a byte order mark, or as Parquet. Spreadsheets (xlsx), ' +
    'zip and zstd files, JSON arrays and UTF-16 text are recognised by their first bytes and refused: in ' +
    'a spreadsheet choose "CSV UTF-8"; elsewhere `iconv -t UTF-8`, `jq -c .[]` or two lines of pandas do it.',
});

export const documentAsRuns = declareProblem<{ schema: string }>({
  code: 'document-as-runs',
  severity: 'error',
  title: 'a document of mixplan where runs are read',
  message: ({ schema }) => `This file is a "${schema}" document: expected a runs table.`,
  hint: ({ schema }) =>
    schema.startsWith('mixplan.fit/')
      ? 'Give the fit alone to predict, critical or plan; check and fit take the runs it was made from.'
      : 'Give the runs themselves: CSV, TSV or JSON Lines.',
  explanation:
    'check and fit read runs tables, one row per evaluation. A fit is read by predict, critical and plan, and then it ' +
    'is the only operand, because it holds its own runs.',
});

export const parquetUnreadable = declareProblem<{ reason: string }>({
  code: 'parquet-unreadable',
  severity: 'error',
  title: 'a Parquet runs table that cannot be read',
  message: ({ reason }) => `This Parquet file cannot be read: ${reason.replace(/\.$/, '')}.`,
  hint: () => 'Copy it again, or write it as CSV or JSON Lines.',
  explanation:
    'The file begins as Parquet, but its table of contents, which stands at the end, or one of its columns cannot be read. ' +
    'A file that was cut off while it was copied looks like this. No row of it is used.',
});

export const badGzip = declareProblem<{ reason: string }>({
  code: 'bad-gzip',
  severity: 'error',
  title: 'a gzipped runs file is damaged',
  message: ({ reason }) => `This file starts as gzip and cannot be unpacked: ${reason}.`,
  hint: () => 'Copy it again; `gzip -t` tells whether a copy is whole.',
  explanation:
    'The first two bytes say gzip, yet the rest does not unpack. A cut-off download or a copy taken while the ' +
    'file was being written are the usual causes. No row before the damage is used.',
});

export const csvSyntax = declareProblem<{ reason: string }>({
  code: 'csv-syntax',
  severity: 'error',
  title: 'quotes in a CSV file do not match',
  message: ({ reason }) => `This row breaks the rules of CSV: ${reason}.`,
  hint: () => 'Quote a whole cell ("like this"), and double a quote inside it ("6"" disk").',
  explanation:
    'A quote may open a cell, and then must close it; inside it is written twice. After a quote that never ' +
    'closes the reader cannot tell rows apart, so nothing from the file is used.',
});

export const raggedRow = declareProblem<{ cells: number; columns: number }>({
  code: 'ragged-row',
  severity: 'error',
  title: 'a row has more or fewer cells than the header',
  message: ({ cells, columns }) => `This row has ${cells} cells where the header has ${columns} columns.`,
  hint: ({ cells, columns }) =>
    cells > columns
      ? 'Is there a decimal comma or a thousands comma in it? Quote cells that hold the delimiter.'
      : 'Was the file cut off, or written while a job was still running?',
  explanation:
    'Where cells are missing or too many, values may stand under the wrong column, and a loss read as a token ' +
    'count is worse than no row. Empty cells at the end of a longer row are harmless and accepted.',
});

export const jsonLine = declareProblem<{ reason: string }>({
  code: 'json-line',
  severity: 'error',
  title: 'a line is not a JSON object',
  message: ({ reason }) => `This line is not one JSON object: ${reason}.`,
  hint: () => 'Write one {"run": ..., "tokens": ...} a line; `jq -c .` puts an object on one line.',
  explanation:
    'A JSONL table has one whole object on each line, with columns as keys. Text such as NaN or Infinity is ' +
    'not JSON: leave the key out (or null) where a value was not measured.',
});

export const wrongDelimiter = declareProblem<{ delimiter: string }>({
  code: 'wrong-delimiter',
  severity: 'error',
  title: 'columns are separated by something other than comma or tab',
  message: ({ delimiter }) =>
    `The header is a single column with ${delimiter} in it; columns are separated by commas or tabs.`,
  hint: () => 'Export with commas (and decimal points); spreadsheets in some countries write semicolons.',
  explanation:
    'Spreadsheets set to a language with decimal commas write semicolons between columns and commas inside ' +
    'numbers. Reading both correctly needs a guess about every number, so the file is refused.',
});

export const duplicateColumn = declareProblem<{ column: string }>({
  code: 'duplicate-column',
  severity: 'error',
  title: 'a column name appears twice',
  message: ({ column }) => `The column ${column} appears more than once in the header.`,
  hint: () => 'Rename or remove one of them.',
  explanation:
    'With two columns of one name it is open which one holds the truth. Joins of two exports often leave such ' +
    'pairs behind.',
});

export const unnamedColumn = declareProblem<{ position: number }>({
  code: 'unnamed-column',
  severity: 'error',
  title: 'a column with values has no name',
  message: ({ position }) => `Column ${position} of the header has no name, but holds values.`,
  hint: () => 'Give it a name; a pandas index column goes away with index=False.',
  explanation:
    'An unnamed column that is empty throughout is ignored, as spreadsheets often leave one at the end. One ' +
    'with values may be a shifted table, so it is refused.',
});

export const missingColumn = declareProblem<{
  column: string;
  expected: string;
  nearest: string | undefined;
}>({
  code: 'missing-column',
  severity: 'error',
  title: 'a column that is needed is missing',
  message: ({ column, expected }) => `There is no column ${column}: ${expected}.`,
  hint: ({ column, nearest }) =>
    nearest === undefined
      ? `If it has another name here, say so: --map ${column}=NAME.`
      : `If ${nearest} is meant, say so: --map ${column}=${nearest}.`,
  explanation:
    'A runs table has one row per evaluation with at least run, params, tokens, domain_ratio (or replay) and ' +
    'a loss_ column. Names are matched exactly; --map params=N,tokens=D renames columns while reading.',
});

export const mapTarget = declareProblem<{ target: string; nearest: string | undefined }>({
  code: 'map-target-unknown',
  severity: 'error',
  title: '--map names a column that does not exist in a runs table',
  message: ({ target, nearest }) =>
    `--map sets ${target}, which is no column of a runs table.${didYouMean(nearest)}`,
  hint: () => 'Write the name mixplan knows first: --map params=N means that the column N holds params.',
  explanation:
    'The left side of each pair is one of the names a runs table may have (params, tokens, domain_ratio, ' +
    'loss_general, ...), the right side is the column in your file. The two are easily swapped.',
});

export const mapSource = declareProblem<{ target: string; source: string; nearest: string | undefined }>({
  code: 'map-source-missing',
  severity: 'error',
  title: '--map reads a column that no file has',
  message: ({ target, source, nearest }) =>
    `--map ${target}=${source} reads the column ${source}, which no file has.${didYouMean(nearest)}`,
  hint: () => 'Column names are matched exactly, with capitals as they are.',
  explanation:
    'The right side of each --map pair must be the name of a column in at least one of the files given.',
});

export const columnIgnored = declareProblem<{ columns: readonly string[]; nearest: string | undefined }>({
  code: 'column-ignored',
  severity: 'note',
  title: 'columns that mixplan does not know are ignored',
  message: ({ columns, nearest }) =>
    `${columns.length === 1 ? 'The column' : 'The columns'} ${columns.join(', ')} ` +
    `${columns.length === 1 ? 'is' : 'are'} not used.${didYouMean(nearest)}`,
  explanation:
    'Columns beyond those of a runs table do no harm and are left alone. Name what you want carried along ' +
    'metric_SOMETHING; a misspelt name is worth a second look, since its values are not used.',
});
