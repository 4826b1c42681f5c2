/** The network that fuses the embeddings of a scene into answers. Knows no encoder. */
@NullMarked
package dev.braid.training.fusion;

import org.jspecify.annotations.NullMarked;
