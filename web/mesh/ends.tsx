/**
 * Where edges begin and end at a node. React Flow looks for these in the page once a node is there; its own Handles would
 * also listen for edges being drawn by hand, twice for each service.
 */
export const Ends = () => (
  <>
    <i className="end target" data-handlepos="left" />
    <i className="end source" data-handlepos="right" />
  </>
);
