package dev.braid.pipelines.io.postgres;

import java.sql.SQLException;
import org.postgresql.Driver;

/** The one driver of this class loader. Safe for several threads. */
final class PostgresDriver {
  private static final Driver DRIVER = unregistered();

  private PostgresDriver() {}

  static Driver instance() {
    return DRIVER;
  }

  // The JVM's register of drivers would hold the class loader of every job that a cluster ran.
  private static Driver unregistered() {
    try {
      if (Driver.isRegistered()) {
        Driver.deregister();
      }
    } catch (SQLException e) {
      throw new ExceptionInInitializerError(e);
    }
    return new Driver();
  }
}
