import { secretNamesOf } from '../../../shared/sources/connection.ts';
import { Button, Checkbox, Field, Input, Select } from '../../ui/index.ts';
import { configOf, defaultPorts, type SourceDraft } from './source-draft.ts';
import { secretLabel } from './source-words.ts';

interface SourceFieldsProps {
  readonly draft: SourceDraft;
  readonly change: (part: Partial<SourceDraft>) => void;
  /** Names of secrets that are stored: set, and never shown. */
  readonly stored: readonly string[];
}

/** How to reach a source of the chosen type. */
export function SourceFields(props: SourceFieldsProps) {
  const { draft } = props;
  switch (draft.type) {
    case 'postgresql':
    case 'mysql':
      return <DatabaseFields {...props} />;
    case 'sqlite':
      return <Text {...props} name="path" label="File" placeholder="shop.db" help={fileHelp} />;
    case 's3':
      return <BucketFields {...props} />;
    case 'http':
      return <WebFields {...props} />;
    case 'folder':
      return <Text {...props} name="path" label="Folder" placeholder="exports" help={folderHelp} />;
  }
}

const fileHelp = 'Below the files folder, or a file that was allowed.';
const folderHelp = 'Below the files folder, or a folder that was allowed. Empty is the files folder itself.';

function DatabaseFields(props: SourceFieldsProps) {
  const { draft, change } = props;
  const tls = draft.fields.tls ?? 'off';
  return (
    <>
      <div className="grid grid-cols-[1fr_96px] gap-4">
        <Text {...props} name="host" label="Host" placeholder="127.0.0.1" />
        <Text {...props} name="port" label="Port" placeholder={String(defaultPorts[draft.type] ?? '')} />
      </div>
      <div className="grid grid-cols-2 gap-4">
        <Text {...props} name="database" label="Database" placeholder="shop" />
        <Field label="Encryption">
          <Select
            size="lg"
            value={tls}
            onChange={(next) => change({ fields: { ...draft.fields, tls: next } })}
            options={[
              { value: 'off', label: 'Off' },
              { value: 'on', label: 'TLS, certificate checked' },
              { value: 'no-verify', label: 'TLS, any certificate' },
            ]}
          />
        </Field>
        <Text {...props} name="user" label="User" placeholder="reader" />
        <Secrets {...props} />
      </div>
    </>
  );
}

function BucketFields(props: SourceFieldsProps) {
  const { draft, change } = props;
  return (
    <>
      <div className="grid grid-cols-2 gap-4">
        <Text {...props} name="bucket" label="Bucket" placeholder="exports" />
        <Text {...props} name="prefix" label="Prefix" hint="optional" placeholder="2026/" />
        <Text
          {...props}
          name="endpoint"
          label="Endpoint"
          hint="optional"
          placeholder="http://127.0.0.1:9000"
          help="Empty for Amazon’s own."
        />
        <Text {...props} name="region" label="Region" placeholder="us-east-1" />
        <Text {...props} name="accessKeyId" label="Access key id" hint="optional" placeholder="AKIA…" />
        <Secrets {...props} />
      </div>
      <Checkbox
        label="The bucket stands in the path (most servers that are not Amazon’s)"
        checked={draft.fields.pathStyle !== 'false'}
        onChange={(on) => change({ fields: { ...draft.fields, pathStyle: String(on) } })}
      />
    </>
  );
}

function WebFields(props: SourceFieldsProps) {
  const { draft, change } = props;
  const { headerNames } = draft;
  return (
    <>
      <Text {...props} name="url" label="Address" placeholder="https://example.com/exports/" />
      {headerNames.map((name, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: headers have no identity but their place.
        <div key={at} className="grid grid-cols-2 gap-4">
          <Field label={`Header ${at + 1}`}>
            <Input
              size="lg"
              mono
              value={name}
              placeholder="Authorization"
              onChange={(event) =>
                change({
                  headerNames: headerNames.map((old, place) => (place === at ? event.target.value : old)),
                })
              }
            />
          </Field>
          <Secret {...props} name={`header:${name}`} />
        </div>
      ))}
      <div className="flex gap-2">
        <Button size="sm" variant="ghost" onClick={() => change({ headerNames: [...headerNames, ''] })}>
          Add a header
        </Button>
        {headerNames.length > 0 && (
          <Button size="sm" variant="ghost" onClick={() => change({ headerNames: headerNames.slice(0, -1) })}>
            Remove the last header
          </Button>
        )}
      </div>
    </>
  );
}

interface TextProps extends SourceFieldsProps {
  readonly name: string;
  readonly label: string;
  readonly placeholder?: string;
  readonly help?: string;
  readonly hint?: string;
}

function Text({ draft, change, name, label, placeholder, help, hint }: TextProps) {
  return (
    <Field label={label} help={help} hint={hint}>
      <Input
        size="lg"
        mono
        dir="auto"
        value={draft.fields[name] ?? ''}
        placeholder={placeholder}
        spellCheck={false}
        autoComplete="off"
        inputMode={name === 'port' ? 'numeric' : undefined}
        onChange={(event) => change({ fields: { ...draft.fields, [name]: event.target.value } })}
      />
    </Field>
  );
}

/** The secrets of the type itself. */
function Secrets(props: SourceFieldsProps) {
  const bare = configOf({
    ...props.draft,
    fields: { ...anyPlace, ...filled(props.draft.fields) },
    headerNames: [],
  });
  return (bare ? secretNamesOf(bare) : []).map((name) => <Secret key={name} {...props} name={name} />);
}

/** Which secrets a type has does not depend on what was typed so far. */
const anyPlace = { host: 'x', bucket: 'x', path: 'x', url: 'http://x' };
const filled = (fields: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(fields).filter(([name, value]) => value !== '' && name === 'region'));

function Secret({ draft, change, stored, name }: SourceFieldsProps & { readonly name: string }) {
  const typed = draft.secrets[name];
  const isSet = stored.includes(name) && typed === undefined;
  return (
    <Field
      label={secretLabel(name)}
      hint={
        isSet ? (
          <button
            type="button"
            className="text-accent-text hover:underline"
            onClick={() => change({ secrets: { ...draft.secrets, [name]: '' } })}
          >
            Remove
          </button>
        ) : undefined
      }
    >
      <Input
        size="lg"
        type="password"
        value={typed ?? ''}
        placeholder={isSet ? 'Set. Type to replace it' : stored.includes(name) ? 'Will be removed' : 'None'}
        autoComplete="new-password"
        onChange={(event) => change({ secrets: { ...draft.secrets, [name]: event.target.value } })}
      />
    </Field>
  );
}
