//! One or several runs as one HTML page that needs nothing else: it opens from a folder, asks no server for anything, and
//! shows counts, requirements, nullability and the order of checks without its script as well.
//!
//! Every text of a run comes from a subject that may be hostile. In markup it passes through [`escaped`]; in the block of
//! JSON that the script reads nothing is left that could end the block; the script writes text, never markup. The
//! page's own policy allows the one style and the one script that it was written with, by their hashes, and no request.
//! The same runs give the same bytes: times are left out.

mod area_table;
mod context;
mod drawing;
mod escape;
mod heat_map;
mod heat_table;
mod legend;
mod mark;
mod order_figure;
mod order_graph;
mod page;
mod payload;
mod scoreboard;
mod tally;
mod texts;

pub use context::{EvidenceLookup, HtmlContext, SentenceLookup, Supplement};
pub use escape::escaped;
pub use heat_map::{Heat, HeatBlock, HeatCell, HeatMap, HeatRow};
pub use order_graph::{OrderEdge, OrderGraph};
pub use page::{BASE_STYLE, write_html};
