/**
 * Ends of edges at a node. React Flow looks for these elements in the page after a node was drawn; React Flow's Handles
 * would also listen for edges being drawn by hand, twice for each service.
 */
export const Ends = () => (
  <>
    <i className="end target" data-handlepos="left" />
    <i className="end source" data-handlepos="right" />
  </>
);
