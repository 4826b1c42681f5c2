/** Self-contained HTML pages with charts. Knows nothing of what they show. */
@NullMarked
package dev.braid.report;

import org.jspecify.annotations.NullMarked;
