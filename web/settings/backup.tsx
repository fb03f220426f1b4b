/** Instructions for a backup: a backup is too secret to pass through a page. */
export const Backup = () => (
  <section className="card settings" aria-labelledby="backup">
    <h2 id="backup">Backup</h2>
    <p>
      A copy of everything, of one moment, is written by an administrator with the command line. It holds the hashes of
      tokens, so it is as secret as the database.
    </p>
    <pre>squall backup squall.ndjson --server {window.location.origin}</pre>
  </section>
);
