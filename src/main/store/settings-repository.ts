import type { Connection } from './connection.ts';

/** Named JSON values. */
export class SettingsRepository {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  get(name: string): unknown {
    const row = this.#connection.get<{ value: string }>('SELECT value FROM settings WHERE name = @name', {
      name,
    });
    return row && JSON.parse(row.value);
  }

  set(name: string, value: unknown): void {
    this.#connection.run(
      `INSERT INTO settings (name, value) VALUES (@name, @value)
       ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
      { name, value: JSON.stringify(value) },
    );
  }
}
