/** The mark of the house. */
export const Sail = () => (
  <svg className="sail" viewBox="0 0 24 24" aria-hidden="true">
    <path d="M11 2v15H3zM13 6c4 2 6 6 7 11h-7zM3 19h18l-3 3H6z" />
  </svg>
);
